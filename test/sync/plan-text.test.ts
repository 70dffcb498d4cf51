import { describe, expect, it } from 'vitest';
import { planLines } from '#sync/plan-text';
import type { ChangeLine, HeldLine } from '#sync/report';

const change = (changed: Partial<ChangeLine>): ChangeLine => ({
  kind: 'update',
  reason: 'changed',
  state: 'planned',
  key: 'k',
  agentId: 'a',
  itemId: 7,
  companyId: 10,
  name: 'Mac',
  serial: 'S1',
  diffs: [],
  error: '',
  ...changed,
});
const title = (from: string, to: string) => ({ field: 'title' as const, from, to, volatile: false });
const held = (changed: Partial<HeldLine> = {}): HeldLine => ({
  reason: 'unmapped',
  agentId: 'a',
  itemId: null,
  companyId: null,
  name: 'Mac',
  serial: '',
  detail: 'Why.',
  ...changed,
});

describe('planLines', () => {
  it('shows each kind with its sign, its fields, and the sum', () => {
    const changes = [
      change({
        kind: 'create',
        reason: 'moved',
        itemId: null,
        diffs: [{ field: 'company', from: '20', to: '10', volatile: false }, title('', 'Mac')],
      }),
      change({ diffs: [title('Old', 'New'), { field: 'udf:OS', from: '', to: '15', volatile: false }] }),
      change({ kind: 'reactivate', reason: 'returned', state: 'applied' }),
      change({ kind: 'deactivate', reason: 'gone', state: 'failed', error: 'No.' }),
    ];
    expect(planLines({ changes, held: [held()] })).toEqual([
      '+ "Mac" S1 (company 10): moved',
      '    company: "20" → "10"',
      '    title: "Mac"',
      '~ "Mac" S1 (company 10): changed, item 7',
      '    title: "Old" → "New"',
      '    udf:OS: "" → "15"',
      '^ "Mac" S1 (company 10): returned, item 7, applied',
      '- "Mac" S1 (company 10): gone, item 7, failed: No.',
      '! "Mac" (no company): unmapped',
      '    Why.',
      '+ 1  ~ 1  ^ 1  - 1  ! 1 (1 unmapped)',
    ]);
  });

  it('sums up by reason, in the order of their names', () => {
    const lines = planLines({
      changes: [],
      held: [held({ reason: 'virtual' }), held({ reason: 'grace' }), held({ reason: 'virtual' })],
    });
    expect(lines.at(-1)).toBe('+ 0  ~ 0  ^ 0  - 0  ! 3 (1 grace, 2 virtual)');
  });

  it('says so where there is nothing', () => {
    expect(planLines({ changes: [], held: [] })).toEqual(['+ 0  ~ 0  ^ 0  - 0  ! 0']);
  });

  it('samples each kind and each reason, and counts the rest', () => {
    const changes = [1, 2, 3].map((itemId) => change({ itemId }));
    const lines = planLines(
      { changes: [...changes, change({ kind: 'deactivate', reason: 'gone' })], held: [held(), held()] },
      { each: 1 },
    );
    expect(lines).toEqual([
      '~ "Mac" S1 (company 10): changed, item 1',
      '- "Mac" S1 (company 10): gone, item 7',
      '~ … and more to update: 2',
      '! "Mac" (no company): unmapped',
      '    Why.',
      '! … and more held, unmapped: 1',
      '+ 0  ~ 3  ^ 0  - 1  ! 2 (2 unmapped)',
    ]);
  });

  it('lets no name reach the terminal as a command', () => {
    const name = '\u001b[2J\u009b1m\u202e"x"\n';
    const [line, diff] = planLines({ changes: [change({ name, diffs: [title(name, 'ok')] })], held: [] });
    for (const text of [line, diff]) {
      expect(text).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(text).toContain('"\\u001b[2J\\u009b1m\\u202e\\"x\\"\\u000a"');
    }
  });
});
