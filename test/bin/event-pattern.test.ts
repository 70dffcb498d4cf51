import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../../bin/local/event-bus.ts';
import { type EventPattern, matches } from '../../bin/local/event-pattern.ts';
import { synthesize } from '../lib/synthesize.ts';

const event = (detail: unknown): BusEvent => ({
  version: '0',
  id: 'e',
  'detail-type': 'Device Sync Requested',
  source: 'addigy-autotask',
  account: '1',
  time: '2026-11-24T01:00:00Z',
  region: 'local',
  resources: [],
  detail,
});

describe('a pattern', () => {
  it.each<[NonNullable<EventPattern['detail']>, unknown, boolean]>([
    [{ n: [1] }, { n: 1 }, true],
    [{ n: [1] }, { n: '1' }, false],
    [{ n: [1, 2] }, { n: 2 }, true],
    [{ n: [1] }, {}, false],
    [{ n: [1] }, { n: [0, 1] }, true],
    [{ n: [{ numeric: ['>', 1] }] }, { n: 1 }, false],
    [{ n: [{ numeric: ['>', 1] }] }, { n: 1.5 }, true],
    [{ n: [{ numeric: ['>=', 1] }] }, { n: 1 }, true],
    [{ n: [{ numeric: ['<', 1] }] }, { n: 1 }, false],
    [{ n: [{ numeric: ['<=', 1] }] }, { n: 1 }, true],
    [{ n: [{ numeric: ['=', 1] }] }, { n: 1 }, true],
    [{ n: [{ numeric: ['>', 1] }] }, { n: '2' }, false],
    [{ n: [{ exists: false }] }, {}, true],
    [{ n: [{ exists: false }] }, { n: null }, false],
    [{ n: [1], m: [2] }, { n: 1, m: 2 }, true],
    [{ n: [1], m: [2] }, { n: 1, m: 3 }, false],
  ])('%j and %j: %s', (detail, of, matched) => {
    expect(matches({ detail }, event(of))).toBe(matched);
  });
});

describe('a requested sync', () => {
  const rules = Object.entries(synthesize().stateless.findResources('AWS::Events::Rule'));
  it.each([
    [{ leg: 1 }, 'SyncQueue'],
    [{ leg: 2 }, 'LaterLegsQueue'],
    [{ leg: 500 }, 'LaterLegsQueue'],
    // Poison: it fails at the door, and ends among the dead letters.
    [{}, 'SyncQueue'],
    [{ leg: 0 }, 'SyncQueue'],
  ])('with %j goes to one queue: %s', (detail, queue) => {
    const matched = rules.filter(([, { Properties }]) =>
      matches(Properties.EventPattern as EventPattern, event(detail)),
    );
    expect(matched.map(([id]) => id.replace(/Requested\w+$/u, ''))).toEqual([queue]);
  });
});
