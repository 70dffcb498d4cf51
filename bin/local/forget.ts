import type { DeployedResource, Deployment } from './deployment.ts';
import type { Kept } from './kept.ts';
import type { KnownType } from './resource-shapes.ts';
import { TableEndpoint } from './table-endpoint.ts';

/** Ends the tables and secrets that one stack had and its template does not retain. */
export async function forget(kept: Kept, deployment: Deployment, stackName: string): Promise<void> {
  const isGone = ({ stack, logicalId }: DeployedResource<KnownType>): boolean =>
    stack.name === stackName && stack.template.Resources[logicalId]?.DeletionPolicy !== 'Retain';
  for (const { properties } of deployment.all('AWS::SecretsManager::Secret').filter(isGone))
    if (kept.secrets.known(properties.Name) !== null) kept.secrets.delete(properties.Name, null);
  const endpoint = new TableEndpoint(() => {}, { tables: kept.tables });
  await endpoint.listen();
  try {
    await endpoint.deleteTables(
      deployment
        .all('AWS::DynamoDB::Table')
        .filter(isGone)
        .map(({ ref }) => ref),
    );
  } finally {
    await endpoint.close();
  }
}
