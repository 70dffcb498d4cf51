/** The routes of a connection's runs: asked for, listed, read. */
import * as z from 'zod/mini';
import type { ConnectionStore } from '#connections/connection-record';
import { type RequestWorld, type RunAnswer, requestRun } from '#runs/request-run';
import { oldestRunId, type RunRecord, runIdPattern } from '#runs/run-record';
import type { OnceWorld } from './carry-out-once.ts';
import { readConnectionId, readPage, theConnection } from './connection-routes.ts';
import { badCursor, cursorOf, readCursor } from './cursor.ts';
import type { HttpCall, Routes } from './http-door.ts';
import { once } from './once.ts';
import { invalid, Problem } from './problem.ts';
import { parseAs } from './read-json.ts';
import { runView } from './views.ts';

export interface RunRoutesWorld extends RequestWorld, OnceWorld {
  readonly connections: ConnectionStore;
}

/** Every field has a default: without a body, a run plans and writes nothing. */
const wishSchema = z.strictObject({
  apply: z._default(z.boolean(), false),
  planId: z._default(z.nullable(z.string().check(z.minLength(1), z.maxLength(200))), null),
});

export function runRoutes(world: RunRoutesWorld): Routes {
  const { connections, runs } = world;
  return {
    'POST /connections/{connectionId}/runs': once(
      {
        carryOut: async (call) => {
          const id = readConnectionId(call);
          const body = call.body();
          const wish = parseAs(wishSchema, body === undefined ? {} : body, 'body');
          const connection = await theConnection(connections, id);
          const { runId, status } = queued(await requestRun(connection, wish, world));
          return { runId, status };
        },
        tell: async ({ runId, status }, call) => {
          const location = `/connections/${readConnectionId(call)}/runs/${runId}`;
          return { status: 202, body: { runId, status }, headers: { location } };
        },
      },
      world,
    ),

    'GET /connections/{connectionId}/runs': async (call) => {
      const id = readConnectionId(call);
      const page = readPage(call);
      const position = page.cursor === undefined ? null : readCursor('runs', page.cursor);
      if (position !== null && position[1] !== id) throw badCursor();
      const connection = await theConnection(connections, id);
      const before = position?.[2] ?? null;
      const found = await runs.list(id, { limit: page.limit, before, oldest: oldestRunId(connection) });
      const next = found.next === null ? null : cursorOf(['runs', id, found.next]);
      return { status: 200, body: { runs: found.runs.map(runView), next } };
    },

    'GET /connections/{connectionId}/runs/{runId}': async (call) => {
      const id = readConnectionId(call);
      const runId = readRunId(call);
      const { cursor } = parseAs(linesPageSchema, call.query, 'query');
      const position = cursor === undefined ? null : readCursor('lines', cursor);
      if (position !== null && (position[1] !== id || position[2] !== runId)) throw badCursor();
      const connection = await theConnection(connections, id);
      const run = runId < oldestRunId(connection) ? null : await runs.get(id, runId);
      if (run === null) throw new Problem('not-found', `There is no run ${runId} of ${id}.`, { runId });
      const from = position === null ? null : { leg: position[3], part: position[4] };
      const page =
        run.linesLeg === 0
          ? { changes: [], held: [], next: null }
          : await runs.lines(id, runId, run.linesLeg, from);
      const next = page.next === null ? null : cursorOf(['lines', id, runId, page.next.leg, page.next.part]);
      const { changes, held } = page;
      return { status: 200, body: { ...runView(run), notes: run.notes, changes, held, next } };
    },
  };
}

const linesPageSchema = z.strictObject({ cursor: z.optional(z.string().check(z.maxLength(1_000))) });

function readRunId(call: HttpCall): string {
  const runId = call.path.runId ?? '';
  if (runIdPattern.test(runId)) return runId;
  throw invalid([{ field: 'runId', message: 'is not the id of a run' }]);
}

function queued(answer: RunAnswer): RunRecord {
  switch (answer.kind) {
    case 'queued':
      return answer.run;
    case 'run-in-progress':
      throw new Problem(answer.kind, 'Wait for it to end, then ask again.', { runId: answer.runId });
    case 'plan-changed': {
      const { planId, currentPlanId } = answer;
      throw new Problem(answer.kind, 'Review the newest plan, then apply that.', { planId, currentPlanId });
    }
    case 'policy-observes':
      throw new Problem(answer.kind, 'Set sync.policy to create, upsert or sync before applying.');
    case 'offboarding-in-progress':
      throw new Problem(answer.kind, 'Its last run is asked for by DELETE of the connection.');
    case 'credentials-missing':
      throw new Problem(answer.kind, answer.detail);
  }
}
