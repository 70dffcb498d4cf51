/** What runs synthesized stacks is told, and what it can be asked while they run. */
import type { AssumeRole } from './assume-role.ts';
import type { AwsFaults } from './aws-faults.ts';
import type { DoorUsage } from './door-pool.ts';
import type { Outcome } from './door-process.ts';
import type { BusEvent, EventBuses } from './event-bus.ts';
import type { Kept } from './kept.ts';
import type { TraceDocument } from './trace-daemon.ts';

export interface RunOptions {
  /** Of the HTTP API at `apiUrl`; 0 takes a free one. */
  readonly port?: number | undefined;
  /** Of HTTP APIs, by their logical ids, where they shall listen where they did before. */
  readonly ports?: Readonly<Record<string, number>> | undefined;
  /** How many seconds of AWS's schedules, visibility timeouts and retries pass in one second. Deadlines are real. */
  readonly clockScale?: number | undefined;
  /** Counts what the table's requests use of its capacity, and what the doors wait for a processor, too. */
  readonly metered?: boolean | undefined;
  /** What X-Ray's sampling rule takes of the invocations, from 0 to 1; 0 by default. */
  readonly sampled?: number | undefined;
  /** Of an earlier run; by default nothing. */
  readonly kept?: Kept | undefined;
  /** Logs are also written to `<logDir>/<door>.log`. */
  readonly logDir?: string | undefined;
}

export interface Usage {
  readonly doors: Readonly<Record<string, DoorUsage>>;
  /** Calls of the doors, by IAM's name of the action. */
  readonly calls: Readonly<Record<string, number>>;
  readonly capacity: { readonly read: number; readonly write: number };
}

export interface RunningStacks {
  /** Of the HTTP API that the output ApiUrl names, or of the only one. Without a trailing slash. */
  readonly apiUrl: string;
  /** Of every HTTP API, by its logical id. */
  readonly apiUrls: Readonly<Record<string, string>>;
  /** The outputs of all stacks; an HTTP API's address is the one on this machine. */
  readonly outputs: Readonly<Record<string, string>>;
  /** For someone on this machine who wants to call the same AWS; may do anything. */
  readonly awsEnvironment: Readonly<Record<string, string>>;
  /** The environment of who has taken a role, as STS gives it to whom the role trusts. */
  readonly assumeRole: AssumeRole;
  readonly doors: {
    readonly names: readonly string[];
    /** Of the processes that live now. */
    pids(door: string): readonly number[];
    /** Invocations under way or waiting. */
    busy(door: string): number;
    /** Ends the door's processes at once, as if the machine had failed. */
    kill(door: string): readonly number[];
    /** As a caller with the right to invoke would. */
    invoke(door: string, payload: unknown): Promise<Outcome>;
  };
  /** What goes wrong with the calls of the doors. */
  readonly faults: {
    readonly secretsManager: AwsFaults;
    readonly eventBridge: AwsFaults;
    readonly dynamoDb: AwsFaults;
    readonly lambda: AwsFaults;
    readonly failEntries: EventBuses['failEntries'];
  };
  /** What AWS would bill for, from the start. */
  usage(): Usage;
  /** AWS's time, which the schedules follow. */
  now(): Date;
  /** Every schedule fires once for this moment, or for now. Settles when the doors have answered. */
  fireSchedule(scheduledTime?: Date): Promise<readonly Outcome[]>;
  queueDepths(): Readonly<Record<string, { readonly visible: number; readonly hidden: number }>>;
  /** The bodies in the dead-letter queues. */
  deadLetters(): readonly string[];
  /** Everything put on the buses, oldest first; the last thousand. */
  events(): readonly BusEvent[];
  /** The names in Secrets Manager, each with its versions and their stages. No value. */
  secrets(): Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** What the doors told X-Ray, and X-Ray would keep. */
  traces(): readonly TraceDocument[];
  /** Of a door, or of `http-api`, `queues`. */
  logs(name: string): readonly string[];
  close(): Promise<void>;
}
