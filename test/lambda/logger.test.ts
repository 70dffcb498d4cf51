import { Console } from 'node:console';
import { Writable } from 'node:stream';
import type { Context } from 'aws-lambda';
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
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'on-demand');
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO');
    vi.resetModules();
    const { log, logInvocation } = await import('#lambda/logger');
    const error = Object.assign(new Error('a sentence'), { request: { headers: { Secret: 'hunter2' } } });
    log.error('it broke', {
      connectionId: 'acme',
      error,
      ...({ body: 'hunter2', event: { secret: 'hunter2' } } as object),
    });
    log.info('it works', { count: 3 });
    const context = {
      ...{ functionName: 'desk-1', invokedFunctionArn: 'arn:desk-1', memoryLimitInMB: '512' },
      ...{ awsRequestId: 'invocation-1', clientContext: { custom: { secret: 'hunter2' } } },
    } as unknown as Context;
    logInvocation(context);
    log.info('in the first');
    logInvocation({ ...context, awsRequestId: 'invocation-2' });
    log.info('in the second');
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    const lines = text.split(/\n(?=\{)/u).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.slice(2)).toMatchObject([
      {
        message: 'in the first',
        function_name: 'desk-1',
        function_request_id: 'invocation-1',
        cold_start: true,
      },
      { message: 'in the second', function_request_id: 'invocation-2', cold_start: false },
    ]);
    expect(text).toContain('it broke');
    expect(text).toContain('a sentence');
    expect(text).toContain('acme');
    expect(text).not.toContain('hunter2');
  });
});
