import { AccessKeys, root } from './access-keys.ts';
import { ApiNames } from './api-names.ts';
import { assumeRole } from './assume-role.ts';
import { Clock } from './clock.ts';
import { Deployment } from './deployment.ts';
import { type BusEvent, eventBuses } from './event-bus.ts';
import { Grants } from './grants.ts';
import { keepSecrets, nothingKept } from './kept.ts';
import { type FunctionInvoker, LambdaEndpoint } from './lambda-endpoint.ts';
import { LogSink } from './log-sink.ts';
import { Doors } from './open-doors.ts';
import { openHttpApis } from './open-http-apis.ts';
import { Queues } from './open-queues.ts';
import { openSchedules } from './open-schedules.ts';
import type { RunningStacks, RunOptions } from './running-stacks.ts';
import { RuntimeApi } from './runtime-api.ts';
import { secretsManager } from './secrets-manager.ts';
import type { SynthesizedStack } from './synthesized-stack.ts';
import { TableEndpoint } from './table-endpoint.ts';
import { TraceDaemon } from './trace-daemon.ts';

const mostEvents = 1000;

/** Runs synthesized stacks on this machine, from nothing but their templates and assets. */
export async function runStacks(
  stacks: readonly SynthesizedStack[],
  options: RunOptions = {},
): Promise<RunningStacks> {
  const deployment = new Deployment(stacks);
  const kept = options.kept ?? nothingKept();
  const clock = new Clock(options.clockScale ?? 1);
  const grants = new Grants(deployment);
  const keys = new AccessKeys(grants);
  const logs = new LogSink(options.logDir ?? null);
  const closers: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  const opened = <Part>(part: Part, closer: (part: Part) => Promise<void> | void): Part => {
    closers.push(() => closer(part));
    return part;
  };

  try {
    opened(logs, (sink) => sink.close());
    keepSecrets(kept.secrets, deployment);
    const secrets = opened(secretsManager(keys.authorize, kept.secrets), (part) => part.close());
    const tables = opened(
      new TableEndpoint(keys.authorize, { isMetered: options.metered ?? false, tables: kept.tables }),
      (part) => part.close(),
    );
    const traceDaemon = opened(new TraceDaemon(), (part) => part.close());
    const runtimeApi = opened(new RuntimeApi(), (part) => part.close());

    const events: BusEvent[] = [];
    const busNames = new Set(
      deployment.all('AWS::Events::EventBus').map(({ properties }) => properties.Name),
    );
    const buses = eventBuses(keys.authorize, busNames, (bus, event) => {
      events.push(event);
      if (events.length > mostEvents) events.shift();
      queues.deliver(bus, event);
    });
    opened(buses.endpoint, (part) => part.close());
    const lambdas = opened(
      new LambdaEndpoint(keys.authorize, (arn): FunctionInvoker => doors.invoker(arn)),
      (part) => part.close(),
    );
    await Promise.all(
      [secrets, buses.endpoint, tables, lambdas, runtimeApi].map((endpoint) => endpoint.listen()),
    );
    await tables.createTables(deployment, root);

    const endpoints = {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      AWS_ENDPOINT_URL_EVENTBRIDGE: buses.endpoint.url,
      AWS_ENDPOINT_URL_DYNAMODB: tables.url,
      AWS_ENDPOINT_URL_LAMBDA: lambdas.url,
    };
    const xRay = {
      AWS_XRAY_DAEMON_ADDRESS: await traceDaemon.listen(),
      AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    };
    const sampled = options.sampled ?? 0;
    const names = new ApiNames();
    const doors = opened(
      new Doors({
        ...{ deployment, runtimeApi, keys, names, logs, sampled },
        isMetered: options.metered ?? false,
        endpoints: { ...endpoints, ...xRay },
        clockScale: clock.scale,
      }),
      (part) => part.close(),
    );
    const queues = opened(
      new Queues({ deployment, grants, doors, clock, log: logs.writer('queues') }),
      (part) => part.close(),
    );
    const apis = await openHttpApis({
      deployment,
      doors,
      keys,
      clock,
      names,
      log: logs.writer('http-api'),
      port: options.port ?? 0,
      ports: options.ports ?? {},
    });
    opened(apis, (part) => part.close());
    const schedules = opened(openSchedules({ deployment, grants, doors, clock }), (all) => {
      for (const schedule of all) schedule.close();
    });
    queues.start();
    for (const schedule of schedules) schedule.start();

    return {
      apiUrl: apis.url,
      apiUrls: apis.urls,
      outputs: names.in(deployment.outputs),
      awsEnvironment: { ...keys.rootEnvironment(), ...endpoints },
      assumeRole: assumeRole(deployment, keys),
      doors: {
        names: doors.names,
        pids: (door) => doors.named(door).pids,
        busy: (door) => doors.named(door).busy,
        kill: (door) => doors.named(door).kill(),
        invoke: (door, payload) => doors.named(door).invoke(payload),
      },
      faults: {
        secretsManager: secrets.faults,
        eventBridge: buses.endpoint.faults,
        dynamoDb: tables.faults,
        lambda: lambdas.faults,
        failEntries: buses.failEntries,
      },
      usage: () => ({
        doors: Object.fromEntries(doors.names.map((name) => [name, doors.named(name).usage])),
        calls: Object.fromEntries(keys.counted),
        capacity: { ...tables.used },
      }),
      now: () => new Date(clock.now()),
      fireSchedule: (scheduledTime) => {
        // Scheduler's times are whole seconds. The next one, so that what is due by now is due by then.
        const at = scheduledTime?.getTime() ?? Math.ceil(clock.now() / 1000) * 1000;
        return Promise.all(schedules.map((schedule) => schedule.fire(at)));
      },
      queueDepths: () => queues.depths,
      deadLetters: () => queues.deadLetters,
      events: () => [...events],
      secrets: () => kept.secrets.stages(),
      traces: () => traceDaemon.documents,
      logs: (name) => logs.read(name),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
