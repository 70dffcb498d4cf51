import { describe, expect, it } from 'vitest';
import { mayCall, routeScopes, routesOpenTo, type Scope, scopes } from '#callers/scope';

const [put, run, look] = [
  'PUT /connections/{connectionId}',
  'POST /connections/{connectionId}/runs',
  'GET /connections',
];

describe('a scope', () => {
  it.each<[readonly Scope[], readonly string[]]>([
    [['read'], [look]],
    [['sync'], [run, look]],
    [['onboard'], [put, look]],
    [
      ['onboard', 'sync'],
      [put, run, look],
    ],
    [[], []],
  ])('%j opens %j', (held, open) => {
    expect([put, run, look].filter((key) => mayCall(held, key))).toEqual(open);
  });

  it('opens no route that has none, whatever it is called', () => {
    for (const key of ['$default', 'GET /', 'constructor', '__proto__', 'toString', 'get /connections'])
      expect(mayCall(scopes, key)).toBe(false);
  });

  it('of reading opens every GET and nothing else', () => {
    const gets = Object.keys(routeScopes).filter((key) => key.startsWith('GET '));
    expect(routesOpenTo('read')).toEqual(gets);
    expect(routesOpenTo(...scopes)).toHaveLength(Object.keys(routeScopes).length);
  });
});
