#!/usr/bin/env node
// In the repository the sources run as they are, through tsx. `npm run pack` makes a package of one bundled file.
try {
  const { register } = await import('tsx/esm/api');
  register();
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write('The dependencies are not installed here: run npm ci first.\n');
  process.exit(70);
}
await import('./cli.ts');
