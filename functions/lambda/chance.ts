/** Names that nobody guesses, and names that tell contents apart. */
import { createHash, randomInt, randomUUID } from 'node:crypto';
import { watchCall } from './tracer.ts';

/** 36 characters: also long enough for the name of a secret's version. */
export const token = (): string => randomUUID();

/** Six characters of `0-9a-z`. */
export const suffix = (): string =>
  randomInt(36 ** 6)
    .toString(36)
    .padStart(6, '0');

/** SHA-256, as hex. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

export const random = (): number => Math.random();

/** Until the function it gives is called. Does not keep the process alive. */
export function every(ms: number, task: () => void): () => void {
  const timer = setInterval(task, ms);
  timer.unref();
  return () => clearInterval(timer);
}

/** From 0 to below `below`, evenly spread and unguessable. */
export const randomBelow = (below: number): number => randomInt(below);

/** What a world of onboarding takes of time and chance. */
export const chance = { now: Date.now, random, token, version: token, digest, randomBelow } as const;

/** What a vendor's client takes besides: its calls are seen in the trace. */
export const calling = { random, now: Date.now, watch: watchCall } as const;
