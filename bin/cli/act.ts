import type { Call } from './call.ts';
import type { Exit } from './exit.ts';

/** Makes a command's action: `options` are the command's own and the common ones. */
export type Act = <Options, Words extends readonly unknown[]>(
  does: (call: Call, options: Options, ...words: Words) => Promise<Exit>,
) => (this: unknown, ...given: unknown[]) => Promise<void>;
