/** Times as people say them. */
const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** `3 h ago`, `in 12 min`, `just now`. Rounded down: never more than has passed. */
export function ago(time: string | number, now: number): string {
  const away = now - (typeof time === 'number' ? time : Date.parse(time));
  const long = lasting(Math.abs(away));
  return long === '' ? 'just now' : away > 0 ? `${long} ago` : `in ${long}`;
}

/** `12 min`; '' under a second, and for what is still to come. */
export function lasting(ms: number): string {
  const [unit, size] = units.find(([, least]) => ms >= least) ?? ['', 0];
  return size === 0 ? '' : `${Math.floor(ms / size)} ${unit}`;
}
