/**
 * The environment that each door reads. The stack is typed by these schemas, so a variable that a door
 * needs and the stack forgets does not compile.
 */
import * as locales from 'zod/locales';
import * as z from 'zod/mini';
import { callerRolesSchema } from '#callers/caller-role';

// What is wrong with a value is told in words; zod/mini has none of its own.
z.config(locales.en());

const url = z.url({ protocol: /^https?$/u });
const name = z.string().check(z.minLength(1));
const seconds = z.coerce.number().check(z.int(), z.gte(1), z.lte(900));

/** Read by every door. `POWERTOOLS_*` is read by Powertools itself. */
const everyDoor = z.object({
  STAGE: name,
  POWERTOOLS_SERVICE_NAME: name,
  POWERTOOLS_METRICS_NAMESPACE: name,
  POWERTOOLS_LOG_LEVEL: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']),
});

const table = { TABLE_NAME: name };
const bus = { BUS_NAME: name };
/** Secrets are named `<SECRET_PREFIX>/<connection>/<device-sync|addigy|addigy-key>`. */
const secrets = { SECRET_PREFIX: name };
/** For who stores them too: the key that encrypts them, and the roles that alone may see them, as a pattern of ARNs. */
const keptSecrets = { ...secrets, SECRET_KEY_ID: name, SECRET_OWNERS: name };
/** Where Autotask's zone discovery and Addigy's API live: the only seam between the cloud and a laptop is URLs. */
const vendors = { AUTOTASK_URL: url, ADDIGY_URL: url };
/** Where hand-off pages are, without the path, and the secret that their links are derived from. */
const links = { HAND_OFF_URL: url, HAND_OFF_KEY_ID: name };
/** Of doors behind the API: the roles that callers may sign as, each with its scope. */
const callers = { CALLER_ROLES: callerRolesSchema };
/** Of doors that have API users made and proved. */
const onboarding = { ...table, ...bus, ...keptSecrets, ...vendors, ...links };
/** Secrets that callers made for us are named `<INTAKE_PREFIX><anything>`. The slash at its end is part of it. */
const intake = { INTAKE_PREFIX: z.string().check(z.regex(/[^/]\/$/u, 'must end in a slash')) };

export const environments = {
  'authorize-caller': () => z.extend(everyDoor, { CALLERS_SECRET_ID: name }),
  'manage-connections': () => z.extend(everyDoor, { ...onboarding, ...callers }),
  'open-hand-off': () => z.extend(everyDoor, { ...table, ...bus, ...keptSecrets, ...vendors }),
  'provision-api-user': () => z.extend(everyDoor, { ...onboarding, ...intake }),
  /** `DESK_FUNCTION`: the function behind it, which opens the links. */
  'receive-hand-off': () => z.extend(everyDoor, { DESK_FUNCTION: name }),
  'schedule-syncs': () => z.extend(everyDoor, { ...table, ...bus }),
  'schedule-validations': () => z.extend(everyDoor, { ...table, ...bus }),
  'suggest-companies': () => z.extend(everyDoor, { ...table, ...secrets, ...vendors, ...callers }),
  'sync-devices': () =>
    z.extend(everyDoor, {
      ...table,
      ...bus,
      ...secrets,
      ...vendors,
      /** How long a run may be silent before another may take its place. */
      LEASE_SECONDS: seconds,
      /** A first leg ends by then, and goes on behind the queue of later legs: so a small connection waits for no huge one. */
      FIRST_LEG_SECONDS: seconds,
    }),
  'validate-permissions': () => z.extend(everyDoor, { ...onboarding, ...callers }),
} as const;

export type DoorName = keyof typeof environments;
/** As the door reads it. */
export type DoorEnvironment<Door extends DoorName> = z.output<ReturnType<(typeof environments)[Door]>>;
/** As the stack writes it: Lambda's variables are text. */
export type DoorVariables<Door extends DoorName> = { [Key in keyof DoorEnvironment<Door>]: string };

/** Throws one sentence that names the door and every variable that is missing or malformed. */
export function readEnvironment<Door extends DoorName>(
  door: Door,
  variables: Readonly<Record<string, string | undefined>>,
): DoorEnvironment<Door> {
  const parsed = environments[door]().safeParse(variables);
  if (parsed.success) return parsed.data as DoorEnvironment<Door>;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new Error(
    `${door} cannot start: its environment is wrong (${faults}). The stack sets these; deploy it again.`,
  );
}
