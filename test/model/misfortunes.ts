/** What a vendor's bad day does to a request. */
import type { Fault, ScriptedFault } from '../simulators/faults.ts';
import { addigyKey, apiUser } from './vendors.ts';

const json = (status: number, body: unknown): Fault => ({ kind: 'answer', status, body });
const words = (status: number, body: string, headers: Record<string, string> = {}): Fault => ({
  kind: 'answer',
  status,
  body,
  contentType: 'text/plain',
  headers,
});
const page = '<!doctype html><title>Down for maintenance</title>';

const faults = {
  '401': json(401, {}),
  '429': words(429, 'busy', { 'retry-after': '5' }),
  '429 for long': words(429, 'busy', { 'retry-after': '120' }),
  'a 500 of validation': json(500, { errors: ['Value is not acceptable for this field.'] }),
  'a 500 of its own': words(500, 'Internal Server Error'),
  'a 500 after it was done': {
    kind: 'answer',
    status: 500,
    body: 'Internal Server Error',
    contentType: 'text/plain',
    done: true,
  },
  'an error that repeats the secrets': json(500, {
    errors: [`Nobody is served for ${apiUser.secret}, nor for ${apiUser.trackingIdentifier}.`],
  }),
  'HTML with 200': { kind: 'answer', status: 200, body: page, contentType: 'text/html' },
  'a slow answer': { kind: 'delay', ms: 20_000 },
  'an answer after the limit of time': { kind: 'delay', ms: 95_000 },
  'a lost request': { kind: 'lose-request' },
  'a lost answer': { kind: 'lose-answer' },
  'a page cut short': { kind: 'cut-page', keep: 1 },
  'an empty page': { kind: 'cut-page', keep: 0 },
  'a page that comes again': { kind: 'repeat-page' },
} as const satisfies Record<string, Fault>;

const ofAutotask = Object.keys(faults) as ReadonlyArray<keyof typeof faults>;
const ofAddigy = [
  '401',
  '429',
  '500',
  'the key repeated',
  'HTML with 200',
  'slow',
  'a lost request',
  'cut',
  'again',
] as const;

export const faultKinds = [...ofAutotask, ...ofAddigy.map((kind) => `Addigy: ${kind}` as const)] as const;
export type FaultKind = (typeof faultKinds)[number];

const addigys: Readonly<Record<(typeof ofAddigy)[number], Fault>> = {
  '401': json(401, { error: 'unauthorized' }),
  '429': json(429, { error: 'too many requests' }),
  '500': words(500, 'Internal Server Error'),
  'the key repeated': json(400, { error: `no such thing for ${addigyKey}` }),
  'HTML with 200': faults['HTML with 200'],
  slow: { kind: 'delay', ms: 40_000 },
  'a lost request': { kind: 'lose-request' },
  cut: { kind: 'cut-page', keep: 1 },
  again: { kind: 'repeat-page' },
};

const ofPages: ReadonlySet<string> = new Set([
  'a page cut short',
  'an empty page',
  'a page that comes again',
]);

/** What is hard to get right comes more often: losses that leave a write done or undone, and pages that lie. */
export const oftenKinds: readonly FaultKind[] = [
  ...faultKinds,
  ...(['a lost answer', 'a lost answer', 'a 500 after it was done', 'a lost request'] as const),
  ...(['a page cut short', 'a page cut short', 'an empty page', 'a page that comes again'] as const),
  ...(['Addigy: cut', 'Addigy: cut', 'Addigy: again'] as const),
];

/** So many of its kind pass first: a small estate has few requests. */
export function scriptOf(of: {
  readonly kind: FaultKind;
  readonly on: string;
  readonly skip: number;
  readonly times: number;
}): { readonly vendor: 'autotask' | 'addigy'; readonly script: ScriptedFault } {
  const { kind, skip, times } = of;
  if (kind.startsWith('Addigy: ')) {
    const fault = addigys[kind.slice('Addigy: '.length) as keyof typeof addigys];
    // Two requests are a whole read of a small estate: policies, devices.
    const isPage = fault.kind === 'cut-page' || fault.kind === 'repeat-page';
    const match = isPage ? { match: { path: '/devices' } } : {};
    return { vendor: 'addigy', script: { ...match, skip: skip % 2, times, do: fault } };
  }
  const path = ofPages.has(kind)
    ? skip < 2
      ? '/ConfigurationItems/query$'
      : '/(Companies|Products)/query$'
    : of.on === 'write'
      ? // A path that ends in the entity's name is a write.
        '/ConfigurationItems$'
      : '/V1.0/(?!zoneInformation).*(query|entityInformation|ThresholdInformation|ConfigurationItems/\\d+)';
  const passed = ofPages.has(kind) ? skip % 2 : of.on === 'write' ? skip % 3 : skip;
  return {
    vendor: 'autotask',
    script: { match: { path }, skip: passed, times, do: faults[kind as keyof typeof faults] },
  };
}
