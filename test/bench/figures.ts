/** Every figure beside what it is held against. */

export interface Figure {
  readonly what: string;
  readonly measured: number;
  readonly against: number;
  readonly unit: string;
  readonly ratio: number;
  /** The ratio must be at most this; or at least, where it is a saving. */
  readonly bound: string;
  readonly holds: boolean;
}

export const figures: Figure[] = [];
export const atMost = (what: string, unit: string, measured: number, against: number, most: number): void => {
  const ratio = measured / against;
  figures.push({ what, unit, measured, against, ratio, bound: `<= ${most}`, holds: ratio <= most });
};
export const saves = (what: string, measured: number, against: number, least: number): void => {
  const ratio = against / measured;
  const bound = `${least} times fewer`;
  figures.push({ what, unit: 'calls', measured, against, ratio, bound, holds: ratio >= least });
};
export const withinOf = (what: string, measured: number, against: number, most: number): void => {
  const bound = `<= ${Math.floor(most)} calls`;
  figures.push({
    what,
    unit: 'calls',
    measured,
    against,
    ratio: measured / against,
    bound,
    holds: measured <= most,
  });
};

export const exactly = (what: string, unit: string, measured: number, against: number): void => {
  const holds = measured === against;
  figures.push({
    what,
    unit,
    measured,
    against,
    ratio: holds ? 1 : measured / against,
    bound: `= ${against}`,
    holds,
  });
};
