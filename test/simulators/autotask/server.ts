/** Starts a stateful, protocol-true Autotask on this machine. README.md beside this file says what it models. */
import { consolePath } from '../console.ts';
import type { Faults } from '../faults.ts';
import type { Journal } from '../journal.ts';
import { startVendorServer, type Vendor, type VendorAnswer, type VendorRequest } from '../vendor-server.ts';
import { AutotaskConsole } from './console.ts';
import { type AutotaskEdit, applyEdit } from './edit.ts';
import { type AutotaskQuirks, defaultQuirks, setQuirks } from './quirks.ts';
import { answer } from './routes.ts';
import { type AutotaskSeed, defaultSeed, readSeed } from './seed.ts';
import { AutotaskWorld } from './world.ts';

export type { AutotaskItem } from './item-records.ts';
export type { AutotaskQuirks } from './quirks.ts';
export type { AutotaskSeed, EntityName, ProtectedData } from './seed.ts';
export type { AutotaskWorld } from './world.ts';

export interface AutotaskSimulatorOptions {
  /** Default: one user, two companies, two products, two user-defined fields and no items. */
  seed?: AutotaskSeed;
  quirks?: Partial<AutotaskQuirks>;
  /** Every call takes so long, and is under way for so long. */
  latencyMs?: number;
  /** How the time of slow answers goes by; default: it is waited for. */
  pass?: (ms: number) => Promise<void>;
  /** Default: a free one. */
  port?: number;
  /** A page for what a person does in the UI, at `${url}/_sim/console`; `webUrl` leads there. Default: none. */
  console?: {
    /** Addigy's, for users that are bound to it. No page shows it. */
    vendorIdentifier: string;
  };
}

export interface AutotaskSimulator {
  /** `http://127.0.0.1:PORT`; zone discovery at `${url}/ATServicesRest/V1.0/zoneInformation`. */
  readonly url: string;
  /** Another one after each seed. */
  readonly world: AutotaskWorld;
  readonly journal: Journal;
  readonly faults: Faults;
  /** Replaces the world. */
  seed(seed: AutotaskSeed): void;
  edit(...edits: AutotaskEdit[]): unknown[];
  setQuirks(quirks: Partial<AutotaskQuirks>): void;
  setLatency(ms: number): void;
  close(): Promise<void>;
}

export async function startAutotaskSimulator(
  options: AutotaskSimulatorOptions = {},
): Promise<AutotaskSimulator> {
  const quirks = { ...defaultQuirks };
  setQuirks(quirks, options.quirks ?? {});
  let world = new AutotaskWorld(options.seed ?? defaultSeed);
  const userInterface = options.console && new AutotaskConsole(() => world, options.console.vendorIdentifier);
  const seed = (body: unknown): void => {
    const { webUrl } = world;
    world = new AutotaskWorld(readSeed(body));
    world.webUrl = webUrl;
  };
  const edit = (body: unknown): unknown[] =>
    [body].flat().map((each) => applyEdit(each as AutotaskEdit, world, quirks));
  const server = await startVendorServer(
    ({ setLatency }): Vendor => ({
      console: userInterface && ((request) => userInterface.answer(request)),
      answer: (request, hold) => answer(request, world, quirks, hold),
      cutPage,
      repeatPage: async (request, hold) => saysMore(await answer(request, world, quirks, hold), request),
      seed,
      edit,
      setLatency,
      state: () => stateOf(world, quirks),
    }),
    {
      name: 'Autotask',
      ...(options.port === undefined ? {} : { port: options.port }),
      ...(options.pass === undefined ? {} : { pass: options.pass }),
      latencyMs: options.latencyMs ?? 0,
    },
  );
  if (userInterface) world.webUrl = `${server.url}${consolePath}`;
  return {
    ...server,
    get world() {
      return world;
    },
    seed,
    edit: (...edits) => edit(edits),
    setQuirks: (chosen) => setQuirks(quirks, chosen),
  };
}

/** Everything, secrets included. */
function stateOf(world: AutotaskWorld, quirks: AutotaskQuirks): unknown {
  const records = (name: 'Companies' | 'Products' | 'UserDefinedFieldDefinitions') =>
    world.tables[name].all().map(({ id, values }) => ({ id, ...values }));
  return {
    items: world.items(),
    companies: records('Companies'),
    products: records('Products'),
    udfs: records('UserDefinedFieldDefinitions'),
    users: world.users().map((user) => ({ ...user, active: world.isActive(user) })),
    threshold: { limit: world.allowance.limit, used: world.allowance.used(world.now()) },
    threads: { peak: world.threads.peak, refusals: world.threads.refusals },
    secretsSentToZone: world.secretsSentToZone,
    zoneUrl: world.zoneUrl,
    quirks,
  };
}

/** As if the page that follows were this one. */
function saysMore(whole: VendorAnswer, { url }: VendorRequest): VendorAnswer {
  const body = (whole.body ?? {}) as { items?: unknown; pageDetails?: object };
  if (!Array.isArray(body.items)) return whole;
  return { ...whole, body: { ...body, pageDetails: { ...body.pageDetails, nextPageUrl: url.href } } };
}

export function cutPage(whole: VendorAnswer, keep: number): VendorAnswer {
  const { items, ...rest } = (whole.body ?? {}) as { items?: unknown };
  return Array.isArray(items) ? { ...whole, body: { items: items.slice(0, keep), ...rest } } : whole;
}
