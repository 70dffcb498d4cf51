/**
 * `npm run mutation -- [--mutate PATTERN]…`: changes the code in one place after the other, and sees whether a test
 * notices. Without a pattern, all of the rooms that the project holds to it: hours. What was tried before and
 * has not changed since is not tried again; what was found stands in `.local/mutation`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';

const rooms = ['http', 'sync', 'connections', 'procedure', 'permissions', 'onboarding'];
const options = process.argv.slice(2);
const asked = options.join(' ');
const mutated = rooms.filter((room) => asked.includes(`functions/${room}/`));

// It takes what is left over.
setPriority(constants.priority.PRIORITY_LOW);
const child = spawn('npx', ['stryker', 'run', 'test/mutation/stryker.config.json', ...options], {
  stdio: 'inherit',
  env: {
    ...process.env,
    NODE_OPTIONS: '--import tsx',
    MUTATED_ROOMS: (mutated.length === 0 ? rooms : mutated).join(),
  },
});
const [status] = (await once(child, 'close')) as [number | null];
process.exitCode = status ?? 1;
