/** The few lines that the simulator's own tests call it with: as plain as curl, so that no client's belief hides in them. */
import { afterEach } from 'vitest';
import { type AutotaskSimulator, type AutotaskSimulatorOptions, startAutotaskSimulator } from './server.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Null where the text is no JSON. */
  readonly json: Json;
}
// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not there.
export type Json = any;

export interface Api {
  readonly simulator: AutotaskSimulator;
  /** `path` stands under `/ATServicesRest/V1.0/`, or is a whole URL. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  query(entity: string, filter: unknown, more?: Record<string, unknown>): Promise<ApiAnswer>;
  /** The ids that a query finds. */
  ids(entity: string, ...filter: unknown[]): Promise<number[]>;
}

const running: AutotaskSimulator[] = [];

/** Ends with the test. Calls as the first user of the seed. */
export async function startApi(options: AutotaskSimulatorOptions = {}): Promise<Api> {
  const simulator = await startAutotaskSimulator(options);
  running.push(simulator);
  return apiOf(simulator);
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

export function apiOf(simulator: AutotaskSimulator): Api {
  const api: Api = {
    simulator,
    async call(method, path, body, headers = {}) {
      const user = simulator.world.users()[0]!;
      const url = path.startsWith('http') ? path : `${simulator.url}/ATServicesRest/V1.0/${path}`;
      const answer = await fetch(url, {
        method,
        headers: {
          UserName: user.username,
          Secret: user.secret,
          ApiIntegrationCode: user.trackingIdentifier,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false;
      return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : null };
    },
    query: (entity, filter, more = {}) => api.call('POST', `${entity}/query`, { filter, ...more }),
    async ids(entity, ...filter) {
      const answer = await api.query(entity, filter);
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
      return answer.json.items.map((item: { id: number }) => item.id);
    },
  };
  return api;
}
