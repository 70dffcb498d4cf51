/** What a caller may declare of a connection, and what it is where the caller says nothing. */
import { describe, expect, it } from 'vitest';
import type * as z from 'zod/mini';
import {
  addigyKeySchema,
  addigyUserSchema,
  apiUserSchema,
  connectionIdSchema,
  connectionSchema,
} from '#connections/connection';

const accepts = (schema: z.ZodMiniType, value: unknown) => schema.safeParse(value).success;

describe('the id of a connection', () => {
  it.each<[id: string, isOne: boolean]>([
    ['a', true],
    ['7', true],
    ['ab', true],
    ['acme-2-north', true],
    [`a${'-'.repeat(61)}z`, true],
    ['a'.repeat(64), false],
    ['', false],
    ['-acme', false],
    ['acme-', false],
    ['Acme', false],
    ['ac_me', false],
    ['acme/', false],
    ['/acme', false],
  ])('%j: %s', (id, isOne) => {
    expect(accepts(connectionIdSchema, id)).toBe(isOne);
  });
});

describe('the settings of a connection', () => {
  it('are whole where only its name was given', () => {
    expect(connectionSchema.parse({ name: ' Acme ' })).toMatchObject({
      name: 'Acme',
      addigy: { organizationId: null },
      schedule: { enabled: true, everyMinutes: 60 },
      engine: 'direct',
      validation: { canary: true },
      rotation: { everyDays: 365 },
    });
  });

  it.each<[what: string, settings: object, isTaken: boolean]>([
    ['no name', { name: ' ' }, false],
    ['the longest name', { name: 'n'.repeat(200) }, true],
    ['a longer name', { name: 'n'.repeat(201) }, false],
    ['a blank organisation', { addigy: { organizationId: ' ' } }, false],
    ['the longest organisation', { addigy: { organizationId: 'o'.repeat(100) } }, true],
    ['a longer organisation', { addigy: { organizationId: 'o'.repeat(101) } }, false],
    ['a run every five minutes', { schedule: { everyMinutes: 5 } }, true],
    ['a run every four', { schedule: { everyMinutes: 4 } }, false],
    ['a run a week', { schedule: { everyMinutes: 10_080 } }, true],
    ['a run seldomer than that', { schedule: { everyMinutes: 10_081 } }, false],
    ['a rotation a month', { rotation: { everyDays: 30 } }, true],
    ['a rotation oftener than that', { rotation: { everyDays: 29 } }, false],
    ['a rotation in ten years', { rotation: { everyDays: 3650 } }, true],
    ['a rotation seldomer than that', { rotation: { everyDays: 3651 } }, false],
    ['the native engine', { engine: 'native' }, true],
    ['another engine', { engine: 'steam' }, false],
    ['a setting that is none', { colour: 'blue' }, false],
    ['a setting of Addigy that is none', { addigy: { colour: 'blue' } }, false],
    ['a setting of the schedule that is none', { schedule: { colour: 'blue' } }, false],
    ['a setting of the validation that is none', { validation: { colour: 'blue' } }, false],
    ['a setting of the rotation that is none', { rotation: { colour: 'blue' } }, false],
  ])('with %s: %j, %s', (_what, settings, isTaken) => {
    expect(accepts(connectionSchema, { name: 'Acme', ...settings })).toBe(isTaken);
  });

  it('hold an organisation without the space around it', () => {
    const { addigy } = connectionSchema.parse({ name: 'Acme', addigy: { organizationId: ' org-1 ' } });
    expect(addigy).toEqual({ organizationId: 'org-1' });
  });
});

describe('what stands in a header', () => {
  it.each<[text: string, isTaken: boolean]>([
    ['x', true],
    ['!~', true],
    ['¡ÿ', true],
    ['with inner\u00a0space', true],
    ['', false],
    [' x', false],
    ['x ', false],
    ['\u00a0x', false],
    ['x\u00a0', false],
    ['x\n', false],
    ['a\nb', false],
    ['\nb', false],
    ['a\u007fb', false],
    ['a\u0080b', false],
    ['€', false],
    ['a€b', false],
    ['k'.repeat(500), true],
    ['k'.repeat(501), false],
  ])('%j as a key: %s', (apiKey, isTaken) => {
    expect(accepts(addigyKeySchema, { apiKey })).toBe(isTaken);
  });
});

describe('the credentials of an API user', () => {
  const credentials = { username: 'u', secret: 's', trackingIdentifier: 't' };
  it.each<[what: string, more: object, isTaken: boolean]>([
    ['all three', {}, true],
    ['the longest username', { username: 'u'.repeat(254) }, true],
    ['a longer username', { username: 'u'.repeat(255) }, false],
    ['the longest secret', { secret: 's'.repeat(200) }, true],
    ['a longer secret', { secret: 's'.repeat(201) }, false],
    ['the longest identifier', { trackingIdentifier: 't'.repeat(100) }, true],
    ['a longer identifier', { trackingIdentifier: 't'.repeat(101) }, false],
    ['no identifier', { trackingIdentifier: '' }, false],
    ['something else', { zone: 'z' }, false],
  ])('with %s: %s', (_what, more, isTaken) => {
    expect(accepts(apiUserSchema, { ...credentials, ...more })).toBe(isTaken);
  });

  it('that Addigy logs in with hold no tracking identifier', () => {
    expect(accepts(addigyUserSchema, { ...credentials, trackingIdentifier: '' })).toBe(true);
    expect(accepts(addigyUserSchema, credentials)).toBe(false);
    expect(accepts(addigyUserSchema, { username: 'u', secret: 's' })).toBe(false);
  });
});
