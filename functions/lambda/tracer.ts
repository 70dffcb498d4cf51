/**
 * What X-Ray sees of us: a piece of work, and in it the vendors' calls. Powertools' tracer brings the X-Ray SDK along,
 * more than the half of a door's own code, so it is loaded by the first invocation that Lambda traces
 * (docs/adr/0010-the-tracer-comes-when-it-is-needed.md).
 */
import { correlationId, firstCorrelationId } from './correlation.ts';

/** What a piece of work may be about: no secrets, and by these traces are searched. */
const known = ['connectionId', 'runId', 'purpose', 'trigger'] as const;

let xRay: typeof import('./x-ray.ts') | undefined;

/** Lambda's runtime sets it anew for each invocation. */
const isTraced = (): boolean => /(?:^|;)Sampled=1(?:;|$)/u.test(process.env._X_AMZN_TRACE_ID ?? '');

/**
 * The task as a subsegment of its own. Where Lambda does not trace this invocation it is the task and nothing more.
 * Of `about`, which nobody need have checked, it takes what it knows and what can be an id.
 */
export async function traced<Answer>(
  name: string,
  about: Readonly<Record<string, unknown>>,
  task: () => Promise<Answer>,
): Promise<Answer> {
  if (!isTraced()) return task();
  xRay ??= await import('./x-ray.ts');
  const ids = Object.entries({ ...pick(about), correlationId: correlationId() }).filter(
    (entry): entry is [string, string] => firstCorrelationId(entry[1]) !== '',
  );
  return xRay.traceWork(name, Object.fromEntries(ids), task);
}

const pick = (about: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(known.map((key) => [key, about[key]]));

/** An attempt at a vendor's call, within traced work. */
export function watchCall(host: string, operation: string): (status: number | null) => void {
  return xRay === undefined || !isTraced() ? () => {} : xRay.traceCall(host, operation);
}
