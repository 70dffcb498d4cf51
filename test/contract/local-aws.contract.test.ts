/**
 * How AWS answers, through AWS's own SDK: the same cases against the local AWS, and against moto where
 * `moto_server` is on PATH, so that our emulator is not graded by its author alone.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventBuses } from '../../bin/local/event-bus.ts';
import { secretsManager } from '../../bin/local/secrets-manager.ts';
import { cloudFormation } from '../../bin/local-aws/cloudformation.ts';
import { parameterStore } from '../../bin/local-aws/parameter-store.ts';
import { securityTokens } from '../../bin/local-aws/security-tokens.ts';
import type { Aws, AwsCases } from './aws/aws-cases.ts';
import { awsSides } from './aws/aws-sides.ts';
import { deploymentCases } from './aws/deployment-cases.ts';
import { dynamoDbCases } from './aws/dynamo-db-cases.ts';
import { eventBridgeCases } from './aws/event-bridge-cases.ts';
import { lambdaCases } from './aws/lambda-cases.ts';
import { secretsManagerCases } from './aws/secrets-manager-cases.ts';

/** The operations that the cases asked of each of the two. */
const asked = new Map<string, Set<string>>();

const clientsOf = ({ secrets, events, tables, lambdas, stacks, objects, parameters, tokens }: Aws) =>
  [
    secrets,
    events,
    tables,
    lambdas,
    stacks,
    objects,
    parameters,
    tokens,
  ] as unknown as readonly Aws['secrets'][];

/** What our endpoints know, and what the doors' own code sends. */
function operationsInUse(): string[] {
  const folder = fileURLToPath(new URL('../../functions/aws', import.meta.url));
  const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const sent = sources.flatMap((text) =>
    [...text.matchAll(/\bnew (\w+)Command\(/gu)].map(([, name = '']) =>
      // The document client's names.
      /^(?:Get|Put|Update|Delete)$/u.test(name) ? `${name}Item` : name,
    ),
  );
  const nobody = (): void => {};
  const deployment = { check: nobody, deploy: async () => ({}), remove: async () => {} };
  const endpoints = [
    secretsManager(nobody),
    eventBuses(nobody, new Set(), nobody).endpoint,
    cloudFormation({ ...deployment, templateAt: () => null, stored: () => null }),
    parameterStore(new Map()),
    securityTokens(new Set()),
  ];
  return [...new Set([...sent, ...endpoints.flatMap(({ operations }) => operations)])].sort();
}

describe.each(awsSides)('$name', ({ open, isHere, isOurs, name }) => {
  let aws: Aws;
  beforeAll(async () => {
    if (!isHere) return;
    aws = await open();
    const names = new Set<string>();
    asked.set(name, names);
    const note = <Next>(next: Next, { commandName = '' }: { commandName?: string }): Next => {
      names.add(commandName.replace(/Command$/u, ''));
      return next;
    };
    const first = { step: 'initialize' } as const;
    for (const client of clientsOf(aws)) client.middlewareStack.add(note, first);
  });
  afterAll(async () => {
    if (aws === undefined) return;
    for (const client of clientsOf(aws)) client.destroy();
    await aws.close();
  });
  const cases: AwsCases = {
    aws: () => aws,
    isHere,
    test: it.skipIf(!isHere) as AwsCases['test'],
    differs: (title, moto, body) =>
      it.skipIf(!isOurs)(isOurs || !isHere ? title : `${title} (skipped: moto differs, it ${moto})`, body),
  };
  describe('Secrets Manager', () => secretsManagerCases(cases));
  describe('EventBridge', () => eventBridgeCases(cases));
  describe('DynamoDB', () => dynamoDbCases(cases));
  describe('Lambda', () => lambdaCases(cases));
  describe('what the CDK deploys by', () => deploymentCases(cases));
});

/** Of the operations in use, those that moto does not have. */
const notOfMoto = ['UpdateTerminationProtection'];

describe('every operation that the local AWS knows, or that a door sends', () => {
  const sides = awsSides.filter(({ isHere }) => isHere).map(({ name }) => name);
  it.each(sides)('has a case above, which %s has answered', (side) => {
    const operations = operationsInUse();
    expect(operations).toEqual(expect.arrayContaining(['GetItem', 'GetSecretValue', 'Invoke', 'PutEvents']));
    const missing = operations.filter((each) => !asked.get(side)?.has(each));
    expect(missing).toEqual(side === 'moto' ? notOfMoto : []);
  });
});
