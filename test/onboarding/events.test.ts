import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { onboardingEventSchemas } from '#onboarding/events';
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
