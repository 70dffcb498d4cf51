import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { processorWaitMs } from '../../bin/local/processor-wait.ts';

it.runIf(process.platform === 'linux')(
  'tells that processes waited where there were more of them than processors',
  async () => {
    const busy =
      'const end = Date.now() + 300; while (Date.now() < end); process.stdout.write("done");setTimeout(() => {}, 9000);';
    const children = Array.from({ length: 2 * availableParallelism() }, () =>
      spawn(process.execPath, ['-e', busy], { stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    try {
      await Promise.all(children.map((child) => once(child.stdout, 'data')));
      const pids = children.map(({ pid }) => pid);
      // Twice as many as can work for 300 ms: half of their time went by in waiting.
      expect(processorWaitMs(...pids)).toBeGreaterThan(150 * availableParallelism());
      expect(processorWaitMs(...pids)).toBeGreaterThanOrEqual(processorWaitMs(pids[0]));
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  },
);

it('takes a process that has ended, or never began, for one that waited for nothing', () => {
  expect(processorWaitMs(undefined, 2 ** 30)).toBe(0);
});
