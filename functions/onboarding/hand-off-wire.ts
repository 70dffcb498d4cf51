/**
 * The desk, asked from another process: what is asked and what is answered, as JSON. Whoever asks has no key to
 * anything but the link that somebody presented to it.
 */
import * as z from 'zod/mini';
import type { Purpose } from '#connections/connection';
import { requirementVerdicts } from '#permissions/permission-report';
import type { RequirementId } from '#permissions/requirements';
import type { HandOffAnswer, HandOffDesk, HandOffView } from './hand-off.ts';

/** Not the room's own list: it would bring every setting of a connection along. */
const purposes = ['device-sync', 'addigy'] as const satisfies readonly Purpose[];
const submissionFields = ['username', 'secret', 'trackingIdentifier'] as const;
/** What the page sends: no form of it is over 16 KB. */
const typed = z.string().check(z.maxLength(16 * 1024));
const link = { id: typed, token: typed };
const submission = z.strictObject({ username: typed, secret: typed, trackingIdentifier: typed });

export const deskRequestSchema = z.discriminatedUnion('act', [
  z.strictObject({
    act: z.enum(['look', 'show', 'mint', 'verifyAgain', 'check', 'retire']),
    ...link,
  }),
  z.strictObject({ act: z.literal('verify'), ...link, submission }),
]);
export type DeskRequest = z.output<typeof deskRequestSchema>;

const userName = { firstName: z.string(), lastName: z.string() };

const reportSchema = z.object({
  purpose: z.enum(purposes),
  at: z.number(),
  lines: z.array(
    z.object({
      // The page prints it and asks no more of it; the list of requirements stays on the other side.
      id: z.pipe(
        z.string(),
        z.transform((id) => id as RequirementId),
      ),
      title: z.string(),
      verdict: z.enum(requirementVerdicts),
      evidence: z.string(),
      fix: z.string(),
    }),
  ),
  excess: z.array(z.object({ what: z.string(), may: z.array(z.string()) })),
  notes: z.array(z.string()),
  calls: z.object({ autotask: z.number(), addigy: z.number() }),
});

const viewSchema = z.object({
  connectionName: z.string(),
  purpose: z.enum(purposes),
  stage: z.enum(['awaiting-administrator', 'verifying', 'refused', 'done']),
  generation: z.number(),
  ...userName,
  webUrl: z.string(),
  markField: z.string(),
  expiresAt: z.number(),
  shown: z.boolean(),
  submitted: z.boolean(),
  report: z.nullable(reportSchema),
  detail: z.string(),
  retryAt: z.nullable(z.number()),
  reachedAt: z.nullable(z.number()),
  replaced: z.nullable(z.object({ ...userName, retiredAt: z.nullable(z.number()) })),
}) satisfies z.ZodMiniType<HandOffView>;

/** A field that is not known here is left out: a newer desk may know more. */
export const deskAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('view'), view: viewSchema }),
  z.object({
    kind: z.literal('shown'),
    view: viewSchema,
    minted: z.object({ localPart: z.string(), secret: z.string() }),
  }),
  z.object({
    kind: z.literal('invalid'),
    view: viewSchema,
    errors: z.array(z.object({ field: z.enum(submissionFields), message: z.string() })),
  }),
  z.object({ kind: z.literal('unknown') }),
  z.object({ kind: z.literal('expired') }),
]) satisfies z.ZodMiniType<HandOffAnswer>;

/** The desk at the other end of a wire. `ask` rejects where no answer of the desk came. */
export function remoteDesk(
  ask: (request: DeskRequest, signal: AbortSignal | null) => Promise<HandOffAnswer>,
): HandOffDesk {
  return {
    look: (id, token) => ask({ act: 'look', id, token }, null),
    show: (id, token) => ask({ act: 'show', id, token }, null),
    mint: (id, token) => ask({ act: 'mint', id, token }, null),
    verify: (id, token, submitted, signal) =>
      ask({ act: 'verify', id, token, submission: submitted }, signal),
    verifyAgain: (id, token, signal) => ask({ act: 'verifyAgain', id, token }, signal),
    check: (id, token, signal) => ask({ act: 'check', id, token }, signal),
    retire: (id, token, signal) => ask({ act: 'retire', id, token }, signal),
  };
}

export function askDesk(
  desk: HandOffDesk,
  request: DeskRequest,
  signal: AbortSignal,
): Promise<HandOffAnswer> {
  const { act, id, token } = request;
  if (act === 'verify') return desk.verify(id, token, request.submission, signal);
  return desk[act](id, token, signal);
}
