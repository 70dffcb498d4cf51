/**
 * `npm run mutation -- [--mutate PATTERN]…`: changes the code in one place after the other, and sees whether a test
 * notices. Without a pattern, all of the rooms that the project holds to it: hours. What was tried before and
 * has not changed since is not tried again; what was found stands in `.local/mutation`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';

/** Each with the tests that ask it, in folders and files of `test`. */
const askedBy: Readonly<Record<string, readonly string[]>> = {
  http: ['http'],
  sync: ['sync'],
  connections: ['connections'],
  procedure: ['procedure'],
  permissions: ['permissions'],
  // Its tables stand beside those of the rooms that ask it: what a page, an API call or the end of a run does to a user.
  onboarding: [
    'onboarding',
    'runs',
    'aws/api-user-vault.test.ts',
    'aws/secret-vault.test.ts',
    'lambda/hand-off-routes.test.ts',
    'lambda/http-api.test.ts',
  ],
};
const rooms = Object.keys(askedBy);
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
    MUTATED_BY: [
      ...new Set((mutated.length === 0 ? rooms : mutated).flatMap((room) => askedBy[room] ?? [])),
    ].join(),
  },
});
const [status] = (await once(child, 'close')) as [number | null];
process.exitCode = status ?? 1;
