/** moto, where a working `moto_server` is on PATH: AWS's behaviour as others have rebuilt it. */
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';

// Some installations have a launcher on PATH that cannot launch.
export const hasMoto =
  spawnSync('moto_server', ['--help'], { stdio: 'ignore', timeout: 30_000 }).status === 0;

/** On a free port of loopback, empty. */
export async function startMoto(): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const port = await freePort();
  const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const ended = new Promise((done) => server.once('close', done));
  const url = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    server.kill('SIGKILL');
    await ended;
  };
  const end = Date.now() + 40_000;
  const answers = (): Promise<boolean> =>
    fetch(`${url}/moto-api/`).then(
      () => true,
      () => false,
    );
  while (!(await answers())) {
    if (Date.now() > end) {
      await close();
      throw new Error('moto_server did not answer within 40 s');
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return { url, close };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
