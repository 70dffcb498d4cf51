/** Paths, which ignore case, and what stands before every call: credentials, the allowance, the threads. */
import type { VendorAnswer, VendorRequest } from '../vendor-server.ts';
import { threadLimit } from './allowance.ts';
import { authenticate } from './authenticate.ts';
import { entityAt } from './entities.ts';
import type { Entity } from './entity.ts';
import type { Asker } from './evaluate.ts';
import { entityInformation, everyEntity, fieldsOf, userDefinedFieldsOf } from './information.ts';
import { count, page, single } from './query.ts';
import type { AutotaskQuirks } from './quirks.ts';
import { methodNotAllowed, notSimulated, pathNotFound, Refusal } from './refusal.ts';
import type { AutotaskWorld } from './world.ts';
import { create, update } from './write.ts';
import { versionInformation, zoneInformation } from './zone.ts';

type Work = (asker: Asker) => VendorAnswer;

interface Route {
  /** Calls on one entity share its threads, entityInformation included. */
  readonly bucket: string;
  readonly work: Work;
}

const ok = (body: unknown): VendorAnswer => ({ status: 200, body });

export async function answer(
  request: VendorRequest,
  world: AutotaskWorld,
  quirks: AutotaskQuirks,
  hold: () => Promise<void>,
): Promise<VendorAnswer> {
  try {
    const [root, ...segments] = request.url.pathname.toLowerCase().split('/').slice(1);
    if (root !== 'atservicesrest') throw pathNotFound();
    const [first, second] = segments;
    if (first === 'versioninformation') return only('GET', request, versionInformation);
    if (first !== 'v1.0') throw pathNotFound();
    // Neither asks for credentials nor counts as a thread.
    if (second === 'zoneinformation') {
      await hold();
      return only('GET', request, () => zoneInformation(request, world));
    }
    const { bucket, work } = routeOf(segments.slice(1), request);
    const user = authenticate(request, world, quirks);
    return await admitted(() => work({ world, quirks, user }), bucket, user.trackingIdentifier, {
      world,
      quirks,
      hold,
      request,
    });
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

interface Admission {
  readonly world: AutotaskWorld;
  readonly quirks: AutotaskQuirks;
  readonly hold: () => Promise<void>;
  readonly request: VendorRequest;
}

async function admitted(
  work: () => VendorAnswer,
  bucket: string,
  trackingIdentifier: string,
  { world, quirks, hold, request }: Admission,
): Promise<VendorAnswer> {
  const { allowance, threads } = world;
  // Status and text of an exhausted hour are unconfirmed.
  if (allowance.exhausted(world.now())) {
    const text = `The API request threshold of ${allowance.limit} requests per hour has been exceeded.`;
    const flags = ['allowance-exhausted'];
    if (quirks.exhausted === '500-errors') return { status: 500, body: { errors: [text] }, flags };
    return { status: 429, body: text, contentType: 'text/plain', flags };
  }
  allowance.count(world.now());
  if (!threads.enter(trackingIdentifier, bucket)) {
    const text = `The API thread threshold of ${threadLimit} threads has been exceeded. (Itgenatr005)`;
    return { status: quirks.threadStatus, body: text, contentType: 'text/plain', flags: ['thread-limit'] };
  }
  try {
    await hold();
    if (quirks.usageLatency) await new Promise((done) => setTimeout(done, allowance.delayMs(world.now())));
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity')
      return { status: 500, body: { Message: 'An error has occurred.' } };
    return work();
  } finally {
    threads.leave(trackingIdentifier, bucket);
  }
}

function only(method: string, request: VendorRequest, work: () => VendorAnswer): VendorAnswer {
  if (request.method !== method) throw methodNotAllowed(request.method);
  return work();
}

/** Of the real API, and not simulated. */
const others =
  /^(?:authenticate|billingcodes|companylocations|contacts|internallocations|configurationitemwebhooks|webhookeventerrorlogs|tickets)$/u;

function routeOf(segments: readonly string[], request: VendorRequest): Route {
  const [name = '', ...rest] = segments;
  const get = (work: Work): Route => ({
    bucket: name,
    work: (asker) => only('GET', request, () => work(asker)),
  });
  if (rest.length === 0) {
    if (name === 'version') return get(() => ok(apiVersion));
    if (name === 'thresholdinformation') return get(({ world }) => ok(threshold(world)));
    if (name === 'entityinformation') return get((asker) => ok(everyEntity(asker)));
    if (name === 'modules') return get(() => ok({ modules: [{ key: 1, value: true }] }));
  }
  if (others.test(name)) throw notSimulated(name);
  const entity = entityAt(name);
  if (!entity) throw pathNotFound();
  return { bucket: entity.name, work: entityWork(entity, rest, request) };
}

const apiVersion = { majorVersion: '2026', minorVersion: '3', build: '0', customerType: 'Production' };

const threshold = (world: AutotaskWorld) => ({
  externalRequestThreshold: world.allowance.limit,
  requestThresholdTimeframe: 60,
  currentTimeframeRequestCount: world.allowance.used(world.now()),
});

function entityWork(entity: Entity, rest: readonly string[], request: VendorRequest): Work {
  const { method } = request;
  const body = (): unknown => parseBody(request);
  const refused: Work = () => {
    throw methodNotAllowed(method);
  };
  const byMethod = (works: Partial<Record<string, Work>>): Work => works[method] ?? refused;
  switch (rest.join('/')) {
    case '':
      return byMethod({
        ...(entity.canCreate ? { POST: (asker) => create(body(), entity, asker) } : {}),
        PATCH: (asker) => update(body(), entity, asker, 'PATCH'),
        PUT: (asker) => update(body(), entity, asker, 'PUT'),
      });
    case 'query':
    case 'query/next':
    case 'query/previous': {
      const turn = (rest[1] ?? null) as 'next' | 'previous' | null;
      const work: Work = (asker) => page(request, body, entity, asker, turn);
      return byMethod({ GET: work, POST: work });
    }
    case 'query/count': {
      const work: Work = (asker) => count(request, body, entity, asker);
      return byMethod({ GET: work, POST: work });
    }
    case 'entityinformation':
      return byMethod({ GET: (asker) => ok(entityInformation(entity, asker)) });
    case 'entityinformation/fields':
      return byMethod({ GET: (asker) => ok(fieldsOf(entity, asker)) });
    case 'entityinformation/userdefinedfields':
      return byMethod({ GET: (asker) => ok(userDefinedFieldsOf(entity, asker)) });
  }
  if (rest.length === 1 && /^\d+$/u.test(rest[0]!)) {
    if (entity.name === 'ConfigurationItemTypes' && method === 'DELETE')
      throw notSimulated('deleting a type');
    return byMethod({ GET: (asker) => single(Number(rest[0]), entity, asker) });
  }
  throw rest.length > 1 ? notSimulated(`child entities of ${entity.name}`) : pathNotFound();
}

function parseBody({ headers, rawBody }: VendorRequest): unknown {
  if (!/^(?:application|text)\/json\b/iu.test(headers['content-type'] ?? ''))
    throw new Refusal({
      status: 415,
      body: { Message: "The request entity's media type is not supported for this resource." },
    });
  try {
    return JSON.parse(rawBody);
  } catch {
    throw new Refusal({ status: 400, body: { errors: ['The request body is not valid JSON.'] } });
  }
}
