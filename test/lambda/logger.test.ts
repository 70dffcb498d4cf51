import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';

describe('the log', () => {
  it('says what it is made to say, and nothing that was passed along', async () => {
    let text = '';
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString();
        done();
      },
    });
    const spy = new Console(sink, sink);
    for (const level of ['info', 'warn', 'error'] as const)
      vi.spyOn(console, level).mockImplementation(spy[level]);
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    vi.resetModules();
    const { log } = await import('#lambda/logger');
    const error = Object.assign(new Error('a sentence'), { request: { headers: { Secret: 'hunter2' } } });
    log.error('it broke', {
      connectionId: 'acme',
      error,
      ...({ body: 'hunter2', event: { secret: 'hunter2' } } as object),
    });
    log.info('it works', { count: 3 });
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    expect(text).toContain('it broke');
    expect(text).toContain('a sentence');
    expect(text).toContain('acme');
    expect(text).not.toContain('hunter2');
  });
});
