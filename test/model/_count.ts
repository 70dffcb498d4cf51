import { tellMany } from '/tmp/wt/model/test/model/many-stories.ts';
import { startVendors } from '/tmp/wt/model/test/model/vendors.ts';

const v = await startVendors();
for (let i = 0; i < Number(process.argv[4] ?? 1); i++) {
  const c0 = process.cpuUsage(),
    t0 = Date.now();
  const h = await tellMany(v, { seed: Number(process.argv[2]) + i, runs: Number(process.argv[3]) });
  const c = process.cpuUsage(c0);
  console.log(
    h.stories,
    'stories',
    (c.user + c.system) / 1e6,
    'cpu',
    (Date.now() - t0) / 1e3,
    'wall',
    (c.user + c.system) / 1e3 / h.stories,
    'ms/story',
    (c.user + c.system) / 1e3 / (h.counts.get('requests') ?? 1),
    'ms/request',
    (h.counts.get('requests') ?? 0) / h.stories,
    'req/story',
  );
  if (process.argv[5])
    console.log(
      [...h.counts]
        .sort()
        .map(([k, n]) => `${k} ${n}`)
        .join('\n'),
    );
  if (h.wrong) {
    console.log(h.wrong.slice(0, 6000));
    break;
  }
}
await v.close();
