/**
 * The caller of a load, in a process of its own: asks for a run of one connection after the other at an even rate,
 * whether or not the answers come (an open loop); or, to warm up, a few at a time, each as soon as one is answered.
 * What it is told comes by a message, and so does what it found.
 */
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import pLimit from 'p-limit';

export interface Load {
  readonly apiUrl: string;
  readonly key: string;
  /** Each is asked for one run. */
  readonly connections: readonly string[];
  /** A second; or how many at a time. */
  readonly pace: { readonly rate: number } | { readonly lanes: number };
}

export interface Answered {
  readonly connectionId: string;
  /** 0 where no answer came. */
  readonly status: number;
  readonly runId: string;
  /** From the moment at which it was to be sent, whenever it was. */
  readonly ms: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 512 });
/** API Gateway gives up after 30 s. */
const timeout = 35_000;

process.on('message', async (load: Load) => {
  const answers = 'rate' in load.pace ? sendEvenly(load, load.pace.rate) : sendInLanes(load, load.pace.lanes);
  process.send?.(await answers);
});

async function sendInLanes(load: Load, lanes: number): Promise<Answered[]> {
  const limit = pLimit(lanes);
  return limit.map(load.connections, (id) => ask(load, id, performance.now()));
}

async function sendEvenly(load: Load, rate: number): Promise<Answered[]> {
  const began = performance.now() + 100;
  const answers: Promise<Answered>[] = [];
  await new Promise<void>((sent) => {
    const timer = setInterval(() => {
      const due = Math.floor(((performance.now() - began) / 1000) * rate) + 1;
      while (answers.length < Math.min(due, load.connections.length)) {
        const at = began + (answers.length * 1000) / rate;
        answers.push(ask(load, load.connections[answers.length] ?? '', at));
      }
      if (answers.length < load.connections.length) return;
      clearInterval(timer);
      sent();
    }, 2);
  });
  return Promise.all(answers);
}

function ask({ apiUrl, key }: Load, connectionId: string, at: number): Promise<Answered> {
  return new Promise((done) => {
    const end = (status: number, runId: string) =>
      done({ connectionId, status, runId, ms: performance.now() - at });
    const asked = request(
      `${apiUrl}/connections/${connectionId}/runs`,
      { method: 'POST', agent, timeout, headers: { authorization: `Bearer ${key}` } },
      async (answer) => {
        try {
          const parts: Buffer[] = [];
          for await (const part of answer) parts.push(part as Buffer);
          const { runId = '' } = JSON.parse(Buffer.concat(parts).toString('utf8')) as { runId?: string };
          end(answer.statusCode ?? 0, runId);
        } catch {
          end(0, '');
        }
      },
    );
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => end(0, ''));
    asked.end();
  });
}
