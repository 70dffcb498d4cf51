/** A scripted Autotask: answers ThresholdInformation by itself, the rest as a test says. Paths stand without host and version. */
import type { AutotaskOptions } from '#autotask/client';
import type { Exchange } from '../contract/exchange.ts';
import { keeperOf } from '../contract/keeper-of.ts';
import { type Asked, type Reply, type ScriptedServer, startScriptedServer } from '../http/scripted-server.ts';

export interface ScriptedAutotask extends ScriptedServer {
  readonly options: AutotaskOptions;
  /** `POST ConfigurationItems/query`, ThresholdInformation left out. */
  calls(): string[];
  /** The bodies sent to one of those. */
  bodies(call: string): unknown[];
}

export const usual: Reply = {
  body: { externalRequestThreshold: 10_000, requestThresholdTimeframe: 60, currentTimeframeRequestCount: 1 },
};

export const signal = new AbortController().signal;

export const callOf = (asked: Asked) => `${asked.method} ${asked.path.replace('/ATServicesRest/V1.0/', '')}`;

export async function scriptAutotask(
  answer: (call: string, asked: Asked) => Reply,
  threshold: Reply = usual,
): Promise<ScriptedAutotask> {
  const kept = await keeperOf('Autotask');
  const server = await startScriptedServer((asked) => {
    // What is answered here is the test's own; what the client asks is as good as any.
    kept?.keep(unanswered(asked));
    const call = callOf(asked);
    return call === 'GET ThresholdInformation' ? threshold : answer(call, asked);
  });
  return {
    ...server,
    close: () => {
      kept?.flush();
      return server.close();
    },
    options: {
      zoneUrl: `${server.url}/ATServicesRest`,
      credentials: { username: 'u@example.com', secret: 'S3cret!value', trackingIdentifier: 'TRACK0ID' },
      readOnly: false,
      timeoutMs: 2000,
      random: () => 0,
      now: () => Date.now(),
    },
    calls: () => server.asked.map(callOf).filter((call) => call !== 'GET ThresholdInformation'),
    bodies: (call) => server.asked.filter((asked) => callOf(asked) === call).map((asked) => asked.body),
  };
}

function unanswered({ method, path, headers, body }: Asked): Exchange {
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  const rawBody = body === undefined ? '' : JSON.stringify(body);
  return { method, path, headers: Object.fromEntries(texts), rawBody, status: 0, rawAnswer: '', fault: null };
}

/** A page as Autotask sends it. */
export function page(items: readonly object[], more = false): Reply {
  return {
    body: {
      items,
      pageDetails: {
        count: items.length,
        requestCount: 500,
        prevPageUrl: null,
        nextPageUrl: more ? 'https://webservices3.autotask.net/next?paging=x' : null,
      },
    },
  };
}

interface Asks {
  readonly filter: ReadonlyArray<{
    op: string;
    field?: string;
    value?: unknown;
    udf?: boolean;
    items?: unknown;
  }>;
}

/** The id that a walk asks above; 0 on its first page. */
export function above(asked: Asked): number {
  const condition = (asked.body as Asks).filter.find(({ op, field }) => op === 'gt' && field === 'id');
  return typeof condition?.value === 'number' ? condition.value : 0;
}

export const filterOf = (asked: Asked) => (asked.body as Asks | undefined)?.filter ?? [];
