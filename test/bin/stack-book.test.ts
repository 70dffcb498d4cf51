/** What CloudFormation lets be done with a stack while something else is under way. The rest is asked through the SDK. */
import { describe, expect, it } from 'vitest';
import { type Deployer, type Draft, StackBook } from '../../bin/local-aws/stack-book.ts';

const draftOf = (...types: readonly string[]): Draft => ({
  ...{ body: '{}', parameters: {}, tags: [] },
  template: { Resources: Object.fromEntries(types.map((Type) => [Type, { Type, Properties: { Type } }])) },
});

/** A book whose deployments end when they are told to. */
function bookThatWaits() {
  const ends: ((why?: Error) => void)[] = [];
  const wait = () =>
    new Promise<Record<string, string>>((done, failed) => {
      ends.push((why) => (why === undefined ? done({ Out: 'put' }) : failed(why)));
    });
  const deployer: Deployer = { check: () => {}, deploy: wait, remove: async () => void (await wait()) };
  const book = new StackBook(deployer);
  const end = async (why?: Error): Promise<void> => {
    ends.shift()?.(why);
    await new Promise((done) => setImmediate(done));
  };
  const deploy = (draft: Draft, isNew = false) => book.execute(book.review('app', 'next', isNew, draft));
  return { book, end, deploy };
}

describe('a stack', () => {
  it.each(['CREATE', 'UPDATE', 'DELETE'])('is not changed while a %s is under way', async (what) => {
    const { book, end, deploy } = bookThatWaits();
    deploy(draftOf('A'), true);
    if (what !== 'CREATE') await end();
    if (what === 'UPDATE') deploy(draftOf('A', 'B'));
    if (what === 'DELETE') book.delete('app');
    expect(() => book.review('app', 'other', false, draftOf('C'))).toThrow(
      `is in ${what}_IN_PROGRESS state and can not be updated.`,
    );
  });

  it('that could not be made is not updated, but may be deleted and made anew', async () => {
    const { book, end, deploy } = bookThatWaits();
    deploy(draftOf('A'), true);
    await end(new Error('no room'));
    expect(book.find('app')).toMatchObject({
      status: 'ROLLBACK_COMPLETE',
      reason: 'no room',
      deployed: null,
    });
    expect(() => deploy(draftOf('B'))).toThrow('is in ROLLBACK_COMPLETE state and can not be updated.');
    book.delete('app');
    await end();
    expect(book.all).toEqual([]);
    deploy(draftOf('B'), true);
    await end();
    expect(book.find('app')).toMatchObject({ status: 'CREATE_COMPLETE', outputs: { Out: 'put' } });
  });

  it('whose update fails is what it was', async () => {
    const { book, end, deploy } = bookThatWaits();
    const first = draftOf('A');
    deploy(first, true);
    await end();
    deploy(draftOf('B'));
    await end(new Error('no room'));
    expect(book.find('app')).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', deployed: first });
    expect(book.find('app').events.map(({ status, logicalId }) => `${status} ${logicalId}`)).toEqual([
      'REVIEW_IN_PROGRESS app',
      'CREATE_IN_PROGRESS app',
      'CREATE_COMPLETE A',
      'CREATE_COMPLETE app',
      'UPDATE_IN_PROGRESS app',
      'UPDATE_FAILED app',
      'UPDATE_ROLLBACK_COMPLETE app',
    ]);
  });

  it('says of an update what is added, taken away and changed, and in what', async () => {
    const { book, end, deploy } = bookThatWaits();
    deploy(draftOf('A', 'B', 'C'), true);
    await end();
    const draft = draftOf('A', 'B', 'D');
    const changed = {
      ...draft.template.Resources.B,
      Type: 'B',
      Properties: { Type: 'B', Size: 2 },
      DependsOn: 'A',
    };
    const template = { Resources: { ...draft.template.Resources, B: changed } };
    const { changeSet } = book.review('app', 'next', false, { ...draft, template });
    const told = changeSet.changes.map(({ Action, LogicalResourceId, Details = [] }) => [
      `${Action} ${LogicalResourceId}`,
      Details.map(({ Target }) => `${Target.Attribute} ${Target.Name ?? ''}`.trim()),
    ]);
    expect(told).toEqual([
      ['Modify B', ['Properties Size', 'DependsOn']],
      ['Remove C', []],
      ['Add D', []],
    ]);
  });

  it.each([
    ['the same template', draftOf('A'), true],
    ['a resource more', draftOf('A', 'B'), false],
    [
      'an output more',
      { ...draftOf('A'), template: { ...draftOf('A').template, Outputs: { Out: { Value: 'new' } } } },
      false,
    ],
  ])('knows whether a change set would change anything: %s', async (_, draft, isEmpty) => {
    const { book, end, deploy } = bookThatWaits();
    deploy(draftOf('A'), true);
    await end();
    expect(book.review('app', 'next', false, draft).changeSet.isEmpty).toBe(isEmpty);
  });
});
