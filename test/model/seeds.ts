import { randomInt } from 'node:crypto';

/** The same stories at every run: what CI has seen once, it sees again. */
export const fixedSeed = 20_261_124;

/** fast-check's seeds are 32 bits. */
export const freshSeed = (): number => randomInt(2 ** 31);
