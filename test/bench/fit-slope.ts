/**
 * The exponent k of y = c · x^k that fits best, by least squares of the logarithms: 1 where twice the size takes twice
 * the time, 2 where it takes four times as long.
 */
export function fitSlope(points: ReadonlyArray<{ readonly x: number; readonly y: number }>): number {
  const logs = points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }));
  const mean = (pick: (point: { x: number; y: number }) => number): number =>
    logs.reduce((sum, point) => sum + pick(point), 0) / logs.length;
  const x = mean((point) => point.x);
  const y = mean((point) => point.y);
  const along = logs.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0);
  return along / logs.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
}
