// The Lambda runtime of one door, in a process of its own: speaks the Lambda Runtime API, as AWS's own
// runtime does. Plain JavaScript, because the child must start without a loader.

import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { pathToFileURL } from 'node:url';

const { AWS_LAMBDA_RUNTIME_API: api, LAMBDA_TASK_ROOT: root, _HANDLER: named } = process.env;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

// Our parent holds the other end: when it is gone, however it went, nobody is left to answer.
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.resume();

function call(method, path, body) {
  return new Promise((done, failed) => {
    const sent = request(
      `http://${api}/2018-06-01/runtime/${path}`,
      // Waiting for the next invocation may take forever, which `fetch` would not.
      { method, agent, headers: body === undefined ? {} : { 'content-type': 'application/json' } },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', failed);
        response.on('end', () =>
          done({ headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    sent.on('error', failed);
    sent.end(body);
  });
}

const describe = (error) =>
  JSON.stringify(
    error instanceof Error
      ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
      : { errorType: typeof error, errorMessage: String(error), trace: [] },
  );

async function loadHandler() {
  const [file, exported] = named.split('.');
  const path = ['.mjs', '.js', '.cjs'].map((extension) => `${root}/${file}${extension}`).find(existsSync);
  if (path === undefined)
    throw Object.assign(new Error(`Cannot find module '${file}'`), { name: 'Runtime.ImportModuleError' });
  const handler = (await import(pathToFileURL(path).href))[exported];
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`${named} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  }
  if (handler.length > 2) {
    throw Object.assign(new Error('nodejs24.x knows no callbacks'), {
      name: 'Runtime.CallbackHandlerDeprecated',
    });
  }
  return handler;
}

const contextOf = (headers) => {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const told = headers['lambda-runtime-client-context'];
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: told === undefined ? undefined : JSON.parse(told),
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
};

async function serve(handler) {
  for (;;) {
    const { headers, body } = await call('GET', 'invocation/next');
    const context = contextOf(headers);
    const trace = headers['lambda-runtime-trace-id'];
    if (trace !== undefined) process.env._X_AMZN_TRACE_ID = trace;
    const at = `invocation/${context.awsRequestId}`;
    let answer;
    try {
      answer = JSON.stringify((await handler(JSON.parse(body), context)) ?? null);
    } catch (error) {
      // Lambda writes this line itself.
      process.stderr.write(
        `${new Date().toISOString()}\t${context.awsRequestId}\tERROR\tInvoke Error\t${describe(error)}\n`,
      );
      await call('POST', `${at}/error`, describe(error));
      continue;
    }
    await call('POST', `${at}/response`, answer);
  }
}

let handler;
try {
  handler = await loadHandler();
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  await call('POST', 'init/error', describe(error)).catch(() => {});
  process.exit(1);
}
// The host closed: there is nothing left to serve.
await serve(handler).catch(() => process.exit(1));
