/** Where a list goes on, as text that callers hand back without looking into it. */
import * as z from 'zod/mini';
import { connectionIdSchema } from '#connections/connection';
import { runIdPattern } from '#runs/run-record';
import { invalid } from './problem.ts';

const runId = z.string().check(z.regex(runIdPattern));

/** Each names what it belongs to: a cursor of another list is refused. */
const cursors = {
  connections: z.tuple([z.literal('connections'), connectionIdSchema]),
  runs: z.tuple([z.literal('runs'), connectionIdSchema, runId]),
  lines: z.tuple([
    z.literal('lines'),
    connectionIdSchema,
    runId,
    z.int().check(z.gte(1)),
    z.int().check(z.gte(0)),
  ]),
} as const;

type Cursors = { [Name in keyof typeof cursors]: z.output<(typeof cursors)[Name]> };

export function cursorOf<Name extends keyof Cursors>(position: Cursors[Name]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Throws a 400 that names `cursor`. */
export function readCursor<Name extends keyof Cursors>(name: Name, text: string): Cursors[Name] {
  const json = Buffer.from(text, 'base64url').toString('utf8');
  const parsed = cursors[name].safeParse(parse(json));
  // Encoded again it must be the same text: base64url is read leniently.
  if (!parsed.success || cursorOf(parsed.data as Cursors[Name]) !== text) throw badCursor();
  return parsed.data as Cursors[Name];
}

export const badCursor = () => invalid([{ field: 'cursor', message: 'is not a cursor of this list' }]);

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
