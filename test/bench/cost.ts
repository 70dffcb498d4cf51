/** What a quiet run over a big estate costs in `sync-devices`: the local host bills it as Lambda does, by its memory and its time. */
import { startLocalHost } from '../../bin/local/host.ts';
import { declareFleet } from './fleet-connection.ts';
import { withVendors } from './with-vendors.ts';

export interface RunCost {
  readonly devices: number;
  readonly latencyMs: number;
  readonly runs: number;
  readonly memoryMb: number;
  /** Of one run. */
  readonly billedMs: number;
  readonly gbSeconds: number;
}

const hour = 3_600_000;

export function measureCost(devices: number, latencyMs: number, runs: number): Promise<RunCost> {
  return withVendors({ devices, latencyMs, tidy: 'settled' }, async (urls) => {
    const host = await startLocalHost({
      context: { autotaskUrl: urls.autotask, addigyUrl: urls.addigy },
    });
    try {
      await declareFleet(host);

      const begun = Date.now();
      const used = () => host.usage().doors['sync-devices'];
      const run = async (at: number): Promise<void> => {
        await host.fireSchedule(new Date(begun + at * hour));
        const end = Date.now() + 180_000;
        const ended = () =>
          host.events().filter((event) => event['detail-type'] === 'Device Sync Finished').length;
        while (ended() <= at || host.doors.busy('sync-devices') > 0) {
          if (Date.now() > end) throw new Error(`after three minutes ${ended()} of ${at + 1} runs had ended`);
          await new Promise((done) => setTimeout(done, 20));
        }
      };
      // The first starts the door and is not counted: a warm one is the usual case.
      await run(0);
      const before = used();
      for (let at = 1; at <= runs; at += 1) await run(at);
      const after = used();
      if (before === undefined || after === undefined) throw new Error('the host knows no sync-devices');
      for (const event of host.events()) {
        if (event['detail-type'] !== 'Device Sync Finished') continue;
        const { status } = event.detail as { status?: unknown };
        if (status !== 'succeeded') throw new Error(`a run ended ${JSON.stringify(event.detail)}`);
      }
      const { memoryMb } = after;
      const billedMs = Math.round((after.ms - before.ms) / runs);
      return {
        devices,
        latencyMs,
        runs,
        memoryMb,
        billedMs,
        gbSeconds: (memoryMb / 1024) * (billedMs / 1000),
      };
    } finally {
      await host.close();
    }
  });
}
