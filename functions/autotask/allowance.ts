/** Our share of the calls that Autotask allows all integrations of a database together in an hour. */
import * as z from 'zod/mini';
import { AutotaskError } from './errors.ts';

export interface Allowance {
  /** Before each call; throws `allowance` when the share is used up. */
  spend(): void;
  /** What ThresholdInformation answered; undefined where it could not be read. Gives what it understood of it. */
  learn(answer: unknown): AllowanceUse | null;
}

/** What all integrations of the database have used of its hourly allowance. Requests. */
export interface AllowanceUse {
  readonly used: number;
  readonly of: number;
}

/** 10,000 requests in 60 minutes, unless the tenant's number was raised. */
const usualThreshold = 10_000;

const thresholdSchema = z.object({
  externalRequestThreshold: z.number().check(z.positive()),
  currentTimeframeRequestCount: z.nullish(z.number().check(z.nonnegative())),
});

/** `share` of the whole, less what everybody has used already. */
export function createAllowance(share: number): Allowance {
  let left = Math.floor(usualThreshold * share);
  return {
    spend() {
      if (left <= 0) {
        throw new AutotaskError(
          'allowance',
          "this integration's share of Autotask's hourly allowance is used up: go on when the hour has passed",
        );
      }
      left -= 1;
    },
    learn(answer) {
      const parsed = thresholdSchema.safeParse(answer);
      if (!parsed.success) return null;
      const { externalRequestThreshold: of, currentTimeframeRequestCount } = parsed.data;
      const used = currentTimeframeRequestCount ?? 0;
      left = Math.max(0, Math.floor(of * share) - used);
      return { used, of };
    },
  };
}
