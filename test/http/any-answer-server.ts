/** A server that gives one answer, whatever it is asked, and the few lines that hold a reader to what it may make of it. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { goodAnswer, type RawAnswer, spoiltAnswer } from '../contract/spoilt-answer.ts';
import { type Asked, startScriptedServer } from './scripted-server.ts';

export interface AnyAnswerServer {
  readonly url: string;
  /** From now on; requests that `instead` knows are answered with that. */
  give(answer: RawAnswer, instead?: (asked: Asked) => unknown): void;
  close(): Promise<void>;
}

/** An answer may announce 10,000 pages, which a reader may then ask for: from here on there is nothing more to learn. */
const mostRequests = 8;

export async function startAnyAnswerServer(): Promise<AnyAnswerServer> {
  let answer: RawAnswer = { status: 200, bytes: Buffer.alloc(0) };
  let instead: (asked: Asked) => unknown = () => undefined;
  let requests = 0;
  const server = await startScriptedServer((asked) => {
    // Thousands are asked: what was asked before is nobody's interest.
    server.asked.length = 0;
    const body = instead(asked);
    if (body !== undefined) return { body };
    requests += 1;
    if (requests > mostRequests) return { status: 400 };
    const { status, bytes } = answer;
    return {
      raw: (response) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(bytes);
      },
    };
  });
  return {
    url: server.url,
    close: server.close,
    give(next, forOthers = () => undefined) {
      answer = next;
      instead = forOthers;
      requests = 0;
    },
  };
}

export interface Reading<Value> {
  readonly good: fc.Arbitrary<unknown>;
  readonly server: AnyAnswerServer;
  readonly instead?: (asked: Asked) => unknown;
  read(url: string): Promise<Value>;
  /** Whether this result says that there is nothing. */
  isNothing(result: Value): boolean;
  /** Whether the answer says so: `body` is undefined where it is no JSON. */
  saysNothing(body: unknown, status: number): boolean;
  isTyped(error: unknown): boolean;
}

/** `FUZZ_RUNS=2000` for more than a run of all tests can bear. */
export const fuzzRuns = Number(process.env.FUZZ_RUNS ?? 15);

/** A result or a typed error, never a crash, and never a silent "nothing". */
export async function holdReader<Value>(kind: 'allowed' | 'spoilt', reading: Reading<Value>): Promise<void> {
  const { server, good, instead } = reading;
  const answers = kind === 'allowed' ? goodAnswer(good) : spoiltAnswer(good);
  await fc.assert(
    fc.asyncProperty(answers, async (answer) => {
      server.give(answer, instead);
      let result: Value;
      try {
        result = await reading.read(server.url);
      } catch (error) {
        if (!reading.isTyped(error)) throw error;
        return;
      }
      if (!reading.isNothing(result)) return;
      const said = reading.saysNothing(parsed(answer.bytes), answer.status);
      expect(said, `nothing was read of ${answer.status} ${answer.bytes.toString().slice(0, 300)}`).toBe(
        true,
      );
    }),
    {
      numRuns: fuzzRuns,
      interruptAfterTimeLimit: Math.max(15_000, fuzzRuns * 60),
      markInterruptAsFailure: true,
    },
  );
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** A part of a value, whatever it is; undefined where there is none. */
export const partOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;

export const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
