import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { onboardingEventSchemas } from '#onboarding/events';
import { validationRequestedSchema } from '#onboarding/validation-requested';
import { describeEvents } from '../../bin/describe-events.ts';

const written = readFileSync(new URL('../../docs/asyncapi.yaml', import.meta.url), 'utf8');

describe('docs/asyncapi.yaml', () => {
  it('is what the schemas say (`npm run docs` writes it)', () => {
    expect(written).toBe(describeEvents());
  });

  it('tells every event with a sentence and its fields', () => {
    const { messages } = (
      parse(written) as {
        components: {
          messages: Record<string, { name: string; summary: string; payload: { properties: object } }>;
        };
      }
    ).components;
    const told = Object.values(messages);
    expect(told.map((one) => one.name)).toEqual(expect.arrayContaining(Object.keys(onboardingEventSchemas)));
    expect(told.filter((one) => !one.summary || Object.keys(one.payload.properties).length === 0)).toEqual(
      [],
    );
  });

  it('has no field that could hold a secret in what is sent', () => {
    const names = JSON.stringify(
      Object.values(onboardingEventSchemas).map((schema) => Object.keys(schema.shape)),
    );
    expect(names).not.toMatch(/secret|username|token|key|link|identifier/iu);
  });
});

describe('a message that a validation is due', () => {
  const detail = { connectionId: 'acme', purpose: 'addigy', dueAt: 7 };
  it('is read of the whole event, as the bus delivers it', () => {
    const event = { 'detail-type': 'Validation Requested', source: 's', account: '1', detail };
    expect(validationRequestedSchema.parse(event)).toEqual({ 'detail-type': 'Validation Requested', detail });
  });

  it.each<[what: string, event: object]>([
    ['another event', { 'detail-type': 'Api User Trusted', detail }],
    ['no detail', { 'detail-type': 'Validation Requested' }],
    ['no such purpose', { 'detail-type': 'Validation Requested', detail: { ...detail, purpose: 'x' } }],
    ['no time', { 'detail-type': 'Validation Requested', detail: { ...detail, dueAt: null } }],
  ])('is none with %s', (_what, event) => {
    expect(validationRequestedSchema.safeParse(event).success).toBe(false);
  });
});
