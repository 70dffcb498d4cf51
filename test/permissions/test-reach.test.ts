/** What Addigy's answer means for a user that only Addigy can log in with. */
import { describe, expect, it } from 'vitest';
import { requirementsOf } from '#permissions/requirements';
import { testReach } from '#permissions/test-reach';
import { Refusal } from './in-memory-access.ts';

const { signal } = new AbortController();
const [requirement] = requirementsOf('addigy', 'direct');
const companies = [
  { id: 1, name: 'Bakery' },
  { id: 2, name: 'Mill' },
];
const serverFault = Object.assign(new Refusal('unavailable', 'Addigy answered 500.'), { status: 500 });
const gateway = Object.assign(new Refusal('unavailable', 'Addigy answered 502.'), { status: 502 });

const ask = (answer: typeof companies | Error) => {
  const asked: string[] = [];
  const reach = {
    accounts: async (phrase: string) => {
      asked.push(phrase);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    calls: () => asked.length,
  };
  return testReach(reach, () => 5_000, signal);
};

const reportOf = (verdict: 'confirmed' | 'denied', evidence: string) => ({
  purpose: 'addigy',
  at: 5_000,
  lines: [
    {
      id: 'addigy-reach',
      title: 'Addigy reaches Autotask',
      verdict,
      evidence,
      fix: verdict === 'confirmed' ? '' : requirement?.fix,
    },
  ],
  excess: [],
  notes: [],
  calls: { autotask: 0, addigy: 1 },
});

describe('what Addigy sees of Autotask', () => {
  it.each<[what: string, answer: typeof companies | Error, reached: object]>([
    [
      'companies',
      companies,
      {
        kind: 'passed',
        report: reportOf('confirmed', 'Addigy finds 2 companies in Autotask.'),
        companies: 2,
      },
    ],
    [
      'no company',
      [],
      {
        kind: 'denied',
        report: reportOf(
          'denied',
          'Addigy answered with no company at all: Autotask shows empty lists to a user without the right.',
        ),
        sure: true,
      },
    ],
    [
      'a refusal',
      new Refusal('refused', 'Addigy answered 400.'),
      {
        kind: 'denied',
        report: reportOf('denied', 'Addigy could not read Autotask. Addigy answered 400.'),
        sure: true,
      },
    ],
    [
      'a fault of Addigy’s, which may be its word for a refusal',
      serverFault,
      {
        kind: 'denied',
        report: reportOf('denied', 'Addigy could not read Autotask. Addigy answered 500.'),
        sure: false,
      },
    ],
    ['a fault on the way', gateway, { kind: 'unavailable', detail: 'Addigy answered 502.' }],
    [
      'the Addigy key refused, which says nothing of Autotask',
      new Refusal('unauthorised', 'Addigy answered 401.'),
      { kind: 'unavailable', detail: 'Addigy answered 401.' },
    ],
  ])('%s', async (_, answer, reached) => {
    expect(await ask(answer)).toEqual(reached);
  });

  it('a defect is no answer', async () => {
    const defect = Object.assign(new Error('a defect'), { status: 500 });
    await expect(ask(defect)).rejects.toBe(defect);
  });

  it('asks for all companies', async () => {
    const asked: string[] = [];
    const accounts = async (phrase: string) => {
      asked.push(phrase);
      return companies;
    };
    await testReach({ accounts, calls: () => 1 }, () => 0, signal);
    expect(asked).toEqual(['']);
  });
});
