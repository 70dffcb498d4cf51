import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectionKey, type SingleTable } from '#aws/single-table';
import { type LocalSecrets, startSecretsManager } from '../aws/local-secrets.ts';
import { type LocalDynamo, startDynamo } from '../aws/local-table.ts';
import { type Answered, apiOn } from './api.ts';

let dynamo: LocalDynamo;
let secrets: LocalSecrets;
let table: SingleTable;
let api: ReturnType<typeof apiOn>;
beforeAll(async () => {
  [dynamo, secrets] = await Promise.all([startDynamo(), startSecretsManager()]);
});
afterAll(() => Promise.all([dynamo.close(), secrets.close()]));
beforeEach(async () => {
  table = await dynamo.newTable();
  api = apiOn(table, secrets.url);
});

const path = '/connections/acme';
const get = () => api.ask('GET', path);
const put = (name: string, headers: Record<string, string> = {}, caller = 'rewst') =>
  api.ask('PUT', path, { body: { name }, headers, caller: { caller, scopes: 'onboard' } });
const etagOf = ({ headers }: Answered) => String(headers.etag);
/** Written since by somebody else. */
const declared = async (name: string) => etagOf(await put(name, { 'if-match': '*' }, 'n8n'));
const outOfService = async () => {
  expect((await api.ask('DELETE', path, { query: { items: 'keep' } })).status).toBe(200);
};
/** The item as a release before versions has left it. */
const beforeVersions = async () => {
  await table.client.send(
    new UpdateCommand({
      TableName: table.tableName,
      Key: connectionKey('acme'),
      UpdateExpression: 'REMOVE revision, declaredAt, declaredBy',
    }),
  );
};

describe('a declaration', () => {
  /** `seen` is the ETag that this editor has read: of the settings "A". */
  it.each<{
    there: 'nothing' | 'A' | 'B since A' | 'A, out of service' | 'A, of before versions';
    headers: (seen: string) => Record<string, string>;
    name?: string;
    status: number;
  }>([
    { there: 'nothing', headers: () => ({}), status: 201 },
    { there: 'nothing', headers: () => ({ 'if-none-match': '*' }), status: 201 },
    { there: 'nothing', headers: () => ({ 'if-match': '*' }), status: 412 },
    { there: 'nothing', headers: () => ({ 'if-match': '"x-1"' }), status: 412 },
    { there: 'A', headers: () => ({}), name: 'A', status: 200 },
    { there: 'A', headers: () => ({}), status: 428 },
    { there: 'A', headers: () => ({ 'if-none-match': '*' }), status: 412 },
    { there: 'A', headers: () => ({ 'if-none-match': '*' }), name: 'A', status: 412 },
    { there: 'A', headers: (seen) => ({ 'if-match': seen }), status: 200 },
    { there: 'A', headers: (seen) => ({ 'if-match': `"x-1", ${seen}` }), status: 200 },
    { there: 'A', headers: (seen) => ({ 'if-match': `W/${seen}` }), status: 412 },
    { there: 'B since A', headers: (seen) => ({ 'if-match': seen }), status: 412 },
    // Its answer was lost, and it is sent again.
    { there: 'B since A', headers: (seen) => ({ 'if-match': seen }), name: 'B', status: 200 },
    { there: 'B since A', headers: () => ({}), status: 428 },
    { there: 'B since A', headers: () => ({ 'if-match': '*' }), status: 200 },
    { there: 'A, out of service', headers: () => ({}), status: 200 },
    { there: 'A, out of service', headers: (seen) => ({ 'if-match': seen }), status: 412 },
    { there: 'A, out of service', headers: () => ({ 'if-none-match': '*' }), status: 412 },
    { there: 'A, of before versions', headers: () => ({}), status: 428 },
    { there: 'A, of before versions', headers: (seen) => ({ 'if-match': seen }), status: 200 },
  ])('where there is $there, #$#: $status', async ({ there, headers, name = 'C', status }) => {
    if (there !== 'nothing') await put('A');
    if (there === 'A, of before versions') await beforeVersions();
    const seen = there === 'nothing' ? '' : etagOf(await get());
    if (there === 'B since A') await declared('B');
    if (there === 'A, out of service') await outOfService();
    const before = await get();
    const answer = await put(name, headers(seen));
    expect(answer.status).toBe(status);
    const after = await get();
    if (status >= 400) return expect(after).toEqual(before);
    expect(after.body.name).toBe(name);
    expect(etagOf(answer)).toBe(etagOf(after));
    expect(after.body.version).toBe(etagOf(after).slice(1, -1));
    const isChanged = before.status === 404 || before.body.name !== name || there === 'A, out of service';
    expect(etagOf(after) !== etagOf(before)).toBe(isChanged);
  });

  it('that is refused says since when, and by whom, there are other settings', async () => {
    await put('A');
    const seen = etagOf(await get());
    const now = await declared('B');
    const { body } = await put('C', { 'if-match': seen });
    expect(body).toMatchObject({ code: 'precondition-failed', connectionId: 'acme' });
    expect(body.detail).toContain(`by n8n (version ${now.slice(1, -1)})`);
    expect(body.detail).toContain((await get()).body.declaredAt);
    expect((await get()).body).toMatchObject({ declaredBy: 'n8n' });
  });

  it('is not voided by what runs and proofs learn', async () => {
    await put('A');
    const seen = etagOf(await get());
    await api.ask('PUT', `${path}/addigy-key`, { body: { apiKey: 'k' } });
    await api.world.connections.learn('acme', { lastPlanId: 'p' });
    expect((await put('B', { 'if-match': seen })).status).toBe(200);
  });

  it('of another connection of the same id, made later, has another version', async () => {
    await put('A');
    const seen = etagOf(await get());
    await api.world.connections.remove('acme');
    api.control.now += 1;
    await put('A2');
    expect((await put('B', { 'if-match': seen })).status).toBe(412);
  });

  it('of two editors at the same moment is one’s, and the other learns of it', async () => {
    await put('A');
    for (let round = 0; round < 5; round += 1) {
      const seen = etagOf(await get());
      const editors = Array.from({ length: 4 }, (_, n) => put(`${round}-${n}`, { 'if-match': seen }));
      const statuses = (await Promise.all(editors)).map(({ status }) => status);
      expect(statuses.toSorted()).toEqual([200, 412, 412, 412]);
    }
  });
});
