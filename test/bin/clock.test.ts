import { expect, it } from 'vitest';
import { Clock } from '../../bin/local/clock.ts';

const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

it('starts at now, and runs as fast as it is told', async () => {
  const clock = new Clock(3600);
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(3600 * 1000);
  const [started, real] = [clock.now(), Date.now()];
  await wait(50);
  const passed = (clock.now() - started) / (Date.now() - real);
  // Each reading of the real clock is whole milliseconds.
  expect(passed).toBeGreaterThan(3000);
  expect(passed).toBeLessThan(4200);
});

it('calls back in its own time', async () => {
  const clock = new Clock(3600);
  const real = Date.now();
  // Two minutes of AWS are 33 ms here.
  await new Promise<void>((done) => clock.at(clock.now() + 120_000, done));
  expect(Date.now() - real).toBeGreaterThanOrEqual(32);
  expect(Date.now() - real).toBeLessThan(5000);
});

it('calls back at once for what is past, and never for what is called off', async () => {
  const clock = new Clock(1);
  const called: string[] = [];
  clock.at(clock.now() - 1000, () => called.push('past'));
  clock.at(clock.now() + 5, () => called.push('called off'))();
  // Further away than any timer of Node can wait.
  const callOff = clock.at(clock.now() + 2 ** 40, () => called.push('far'));
  await wait(30);
  callOff();
  expect(called).toEqual(['past']);
});

it.each([0, -1, Number.NaN])('refuses to run at %d', (scale) => {
  expect(() => new Clock(scale)).toThrow('clock scale');
});
