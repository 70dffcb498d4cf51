/** Addigy's API v2 as this project meets it: stateful, and as strict and as odd as the vendor's own. */
import { answerConsole } from '../console.ts';
import type { Faults } from '../faults.ts';
import type { Journal } from '../journal.ts';
import { startVendorServer, type Vendor, type VendorAnswer, type VendorRequest } from '../vendor-server.ts';
import { refuse } from './answer.ts';
import type { LinkedAutotask } from './autotask-accounts.ts';
import { AddigyConsole } from './console.ts';
import { type AddigyEdit, applyEdit } from './edit.ts';
import { KeyLimit } from './key-limit.ts';
import { routes } from './routes.ts';
import { type AddigyQuirks, type AddigySeed, emptySeed, usualQuirks } from './seed.ts';
import { AddigyWorld } from './world.ts';

export type { AddigyQuirks, AddigySeed } from './seed.ts';

export interface AddigySimulator {
  /** `http://127.0.0.1:PORT`; the API is at `${url}/api/v2`. */
  readonly url: string;
  readonly world: AddigyWorld;
  /** Changed in place, it counts from the next request on. */
  readonly quirks: AddigyQuirks;
  readonly keyLimit: KeyLimit;
  readonly journal: Journal;
  readonly faults: Faults;
  setLatency(ms: number): void;
  close(): Promise<void>;
}

export async function startAddigySimulator(
  options: {
    readonly seed?: AddigySeed;
    readonly quirks?: Partial<AddigyQuirks>;
    /** The Autotask that the pasted credentials are tried at; without it, `quirks.autotaskCredentialsWork` and the seed's accounts. */
    readonly autotask?: LinkedAutotask;
    readonly latencyMs?: number;
    /** How the time of slow answers goes by; default: it is waited for. */
    readonly pass?: (ms: number) => Promise<void>;
    readonly port?: number;
  } = {},
): Promise<AddigySimulator> {
  const world = new AddigyWorld(options.seed ?? emptySeed);
  const quirks: AddigyQuirks = { ...usualQuirks, ...options.quirks };
  const keyLimit = new KeyLimit();
  const server = await startVendorServer(
    ({ setLatency }) => new Addigy(world, quirks, keyLimit, options.autotask ?? null, setLatency),
    { ...options, name: 'Addigy' },
  );
  return { ...server, world, quirks, keyLimit };
}

const base = '/api/v2';

export class Addigy implements Vendor {
  readonly #world: AddigyWorld;
  readonly #quirks: AddigyQuirks;
  readonly #keyLimit: KeyLimit;
  readonly #autotask: LinkedAutotask | null;
  readonly #console: AddigyConsole;
  readonly setLatency: (ms: number) => void;

  constructor(
    world: AddigyWorld,
    quirks: AddigyQuirks,
    keyLimit: KeyLimit,
    autotask: LinkedAutotask | null,
    setLatency: (ms: number) => void,
  ) {
    this.#world = world;
    this.#quirks = quirks;
    this.#keyLimit = keyLimit;
    this.#autotask = autotask;
    this.#console = new AddigyConsole(world);
    this.setLatency = setLatency;
  }

  console(request: VendorRequest): VendorAnswer | null {
    return answerConsole(request, this.#console);
  }

  async answer(request: VendorRequest, hold: () => Promise<void>): Promise<VendorAnswer> {
    const refusal = this.#refusal(request);
    await hold();
    return refusal ?? this.#route(request);
  }

  /** The header is x-api-key; a bearer token is no key at all (a guess of two public clients). */
  #refusal({ headers }: VendorRequest): VendorAnswer | null {
    const key = headers['x-api-key'] ?? '';
    if (!this.#world.apiKeys.has(key)) return refuse(401, 'unauthorized');
    if (!this.#keyLimit.refuses(key, Date.now(), this.#quirks.limit)) return null;
    // No Retry-After: the specification knows none.
    return refuse(this.#quirks.lockStatus, 'too many requests');
  }

  #route({ method, url, rawBody }: VendorRequest): VendorAnswer | Promise<VendorAnswer> {
    const path = url.pathname.startsWith(`${base}/`) ? url.pathname.slice(base.length) : null;
    for (const route of routes) {
      const match = path === null ? null : route.path.exec(path);
      if (match === null || route.method !== method) continue;
      const body = method === 'POST' ? parse(rawBody) : null;
      if (body === undefined) return refuse(400, 'invalid request: body is not JSON');
      return route.answer({
        world: this.#world,
        quirks: this.#quirks,
        autotask: this.#autotask,
        parts: match.slice(1).map(decodeURIComponent),
        query: url.searchParams,
        body,
      });
    }
    return refuse(404, `no route for ${method} ${url.pathname}`);
  }

  repeatPage(request: VendorRequest, hold: () => Promise<void>): Promise<VendorAnswer> {
    const rawBody = request.rawBody.replace(/"page":\s*\d+/u, '"page":1');
    return this.answer({ ...request, rawBody }, hold);
  }

  cutPage(answer: VendorAnswer, keep: number): VendorAnswer {
    const { body } = answer;
    if (Array.isArray(body)) return { ...answer, body: body.slice(0, keep) };
    if (typeof body !== 'object' || body === null || !('items' in body) || !Array.isArray(body.items))
      return answer;
    return { ...answer, body: { ...body, items: body.items.slice(0, keep) } };
  }

  seed(body: unknown): void {
    const seed = body as Partial<AddigySeed> | null;
    const lists = [seed?.apiKeys, seed?.policies, seed?.devices];
    if (typeof seed?.organizationId !== 'string' || !lists.every(Array.isArray)) {
      throw new Error('seed wants organizationId, apiKeys, policies and devices');
    }
    this.#world.replace(seed as AddigySeed);
    this.#keyLimit.clear();
  }

  state(): unknown {
    const world = this.#world;
    return {
      organizationId: world.organizationId,
      policies: [...world.policies.values()],
      devices: world.devices(),
      syncRequests: world.syncRequests,
      autotaskUsername: world.autotaskCredentials?.username ?? null,
      lockedKeys: this.#keyLimit.locked(Date.now()),
      quirks: this.#quirks,
    };
  }

  edit(body: unknown): unknown {
    const done = [body]
      .flat()
      .map((edit) =>
        applyEdit(edit as AddigyEdit, { world: this.#world, quirks: this.#quirks, keyLimit: this.#keyLimit }),
      )
      .map((agentid) => ({ agentid }));
    return Array.isArray(body) ? done : done[0];
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
