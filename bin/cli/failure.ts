import type { Exit } from './exit.ts';

/** Why a command ends without what was asked for: one sentence, what to do next, and how the process ends. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exit: Exit;
  /** For machines. The API's own code where it has one. */
  readonly code: string;
  /** Lines below the sentence: what to do, or what was wrong in detail. */
  readonly hints: readonly string[];
  readonly extras: Readonly<Record<string, unknown>>;
  constructor(
    exit: Exit,
    code: string,
    sentence: string,
    hints: readonly string[] = [],
    extras: Readonly<Record<string, unknown>> = {},
  ) {
    super(sentence);
    this.exit = exit;
    this.code = code;
    this.hints = hints;
    this.extras = extras;
  }
}

/** A word of the command line, a variable or a file that cannot be used. */
export const usageFailure = (sentence: string, hints: readonly string[] = []): Failure =>
  new Failure('usage', 'usage', sentence, hints);
