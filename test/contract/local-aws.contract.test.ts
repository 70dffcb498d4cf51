/**
 * How AWS answers, through AWS's own SDK: the same cases against the local AWS, and against moto where
 * `moto_server` is on PATH, so that our emulator is not graded by its author alone.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventBuses } from '../../bin/local/event-bus.ts';
import { secretsManager } from '../../bin/local/secrets-manager.ts';
import type { Aws, AwsCases } from './aws/aws-cases.ts';
import { awsSides } from './aws/aws-sides.ts';
import { dynamoDbCases } from './aws/dynamo-db-cases.ts';
import { eventBridgeCases } from './aws/event-bridge-cases.ts';
import { lambdaCases } from './aws/lambda-cases.ts';
import { secretsManagerCases } from './aws/secrets-manager-cases.ts';

/** The operations that the cases asked of each of the two. */
const asked = new Map<string, Set<string>>();

/** What our endpoints know, and what the doors' own code sends. */
function operationsInUse(): string[] {
  const folder = fileURLToPath(new URL('../../functions/aws', import.meta.url));
  const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const sent = sources.flatMap((text) =>
    [...text.matchAll(/\bnew (\w+)Command\(/gu)].map(([, name = '']) =>
      // The document client's names.
      /^(?:Get|Put|Update|Delete)$/u.test(name) ? `${name}Item` : name,
    ),
  );
  const nobody = (): void => {};
  const endpoints = [secretsManager(nobody), eventBuses(nobody, new Set(), nobody).endpoint];
  return [...new Set([...sent, ...endpoints.flatMap(({ operations }) => operations)])].sort();
}

describe.each(awsSides)('$name', ({ open, isHere, isOurs, name }) => {
  let aws: Aws;
  beforeAll(async () => {
    if (!isHere) return;
    aws = await open();
    const names = new Set<string>();
    asked.set(name, names);
    const note = <Next>(next: Next, { commandName = '' }: { commandName?: string }): Next => {
      names.add(commandName.replace(/Command$/u, ''));
      return next;
    };
    const first = { step: 'initialize' } as const;
    aws.secrets.middlewareStack.add(note, first);
    aws.events.middlewareStack.add(note, first);
    aws.tables.middlewareStack.add(note, first);
    aws.lambdas.middlewareStack.add(note, first);
  });
  afterAll(async () => {
    aws?.secrets.destroy();
    aws?.events.destroy();
    aws?.tables.destroy();
    aws?.lambdas.destroy();
    await aws?.close();
  });
  const cases: AwsCases = {
    aws: () => aws,
    isHere,
    test: it.skipIf(!isHere) as AwsCases['test'],
    differs: (title, moto, body) =>
      it.skipIf(!isOurs)(isOurs || !isHere ? title : `${title} (skipped: moto differs, it ${moto})`, body),
  };
  describe('Secrets Manager', () => secretsManagerCases(cases));
  describe('EventBridge', () => eventBridgeCases(cases));
  describe('DynamoDB', () => dynamoDbCases(cases));
  describe('Lambda', () => lambdaCases(cases));
});

describe('every operation that the local AWS knows, or that a door sends', () => {
  const sides = awsSides.filter(({ isHere }) => isHere).map(({ name }) => name);
  it.each(sides)('has a case above, which %s has answered', (side) => {
    const operations = operationsInUse();
    expect(operations).toEqual(expect.arrayContaining(['GetItem', 'GetSecretValue', 'Invoke', 'PutEvents']));
    expect(operations.filter((each) => !asked.get(side)?.has(each))).toEqual([]);
  });
});
