/** Deliberate defects of the engine, which the stories have to notice: each is a piece of its code, written otherwise. */

export interface Edit {
  readonly file: string;
  /** Stands in the file once. */
  readonly from: string;
  readonly to: string;
}

export interface EngineMutant {
  /** What the engine does wrong. */
  readonly what: string;
  readonly edits: readonly Edit[];
  /** The test that notices what stories do not, or too seldom: what leads to it is rare, or is put right before anybody could see it. */
  readonly test?: string;
}

const edit = (file: string, from: string, to: string): Edit => ({ file: `functions/${file}`, from, to });
const mutant = (what: string, ...edits: Edit[]): EngineMutant => ({ what, edits });
const noticedBy = (test: string, { what, edits }: EngineMutant): EngineMutant => ({ what, edits, test });

export const engineMutants: readonly EngineMutant[] = [
  mutant(
    'takes a masked mark for none',
    edit(
      'autotask/item-record.ts',
      "if (value === masked) return { kind: 'masked' };",
      "if (value === masked) return { kind: 'empty' };",
    ),
  ),
  mutant(
    'repeats a write that was not answered',
    edit('http/retry.ts', "return idempotent && outcome !== 'final';", "return outcome !== 'final';"),
  ),
  mutant(
    'takes a cut page of Autotask for all there is',
    edit(
      'autotask/read-rows.ts',
      'while (walk.rows.size < expected && (await walk.next(signal)));\n  if (walk.rows.size < expected) {',
      'await walk.next(signal);\n  if (walk.rows.size < 0) {',
    ),
    edit(
      'autotask/read-rows.ts',
      "(pageDetails?.nextPageUrl ?? '') !== '' ||\n      (pageDetails?.count ?? 0) > items.length;",
      'items.length > pageSize;',
    ),
  ),
  mutant(
    'takes a cut page of Addigy for all there is',
    edit('addigy/read-pages.ts', "if (received === total) return '';", "if (received <= total) return '';"),
  ),
  noticedBy(
    'test/addigy/device-source.test.ts',
    mutant(
      'takes a page of Addigy that came again for another',
      edit('addigy/device-source.ts', "if (twice === 0) return '';", "if (twice >= 0) return '';"),
      edit('addigy/read-pages.ts', "if (received === total) return '';", "if (received >= total) return '';"),
    ),
  ),
  mutant(
    'makes a create that was not answered again without looking',
    edit('sync/write-change.ts', 'if (own !== undefined) return', 'if (own === null) return'),
    edit('sync/apply.ts', "(isOver ? 'again' : 'look')", "(isOver ? 'first' : 'first')"),
  ),
  noticedBy(
    'test/model/regressions.test.ts',
    mutant(
      'makes a create again while Autotask can be at it',
      edit(
        'sync/apply.ts',
        "again ? (isOver ? 'again' : 'look') : 'first'",
        "again ? (isOver ? 'again' : 'again') : 'first'",
      ),
    ),
  ),
  noticedBy(
    'test/model/overlap.test.ts',
    mutant(
      'writes without asking whether it holds its lease',
      edit(
        'runs/write-while-held.ts',
        'await lease.ensure();\n      return directory.create',
        'return directory.create',
      ),
      edit(
        'runs/write-while-held.ts',
        'await lease.ensure();\n      return directory.update',
        'return directory.update',
      ),
    ),
  ),
  mutant(
    'gives a lease to whoever asks',
    edit('runs/run-leg.ts', 'if (!answer.taken) {', 'if (!answer.taken && answer.by.until < 0) {'),
  ),
  noticedBy(
    'test/runs/run-leg.test.ts',
    mutant(
      'runs a leg again that has ended',
      edit('runs/run-leg.ts', 'if (isFinal(run.status) || run.legs >= leg) {', 'if (run.legs > leg) {'),
      edit(
        'runs/run-leg.ts',
        'if (isFinal(run.status) || run.legs >= request.leg) return run;',
        'if (run.legs > request.leg) return run;',
      ),
    ),
  ),
  noticedBy(
    'test/runs/deliver-leg.test.ts',
    mutant(
      'counts a delivery that failed as done',
      edit('runs/deliver-leg.ts', '    throw error;\n  }\n}', '  }\n}'),
    ),
  ),
  mutant(
    'deactivates before the time of grace is over',
    edit('sync/orphans.ts', 'if (now - since >= grace) {', 'if (now >= since) {'),
  ),
  mutant(
    'forgets since when a device is missing',
    edit('runs/end-leg.ts', 'await world.missing.save(run.connectionId, report.missing);', ''),
  ),
  mutant(
    'takes an answer without devices for the proof that all are gone',
    edit('sync/orphans.ts', 'if (input.devices.length === 0) {', 'if (input.devices.length < 0) {'),
  ),
  mutant(
    'takes the older of two enrolments for the living one',
    edit('sync/roster.ts', 'return newer > 0 ||', 'return newer < 0 ||'),
  ),
  mutant(
    'deactivates what another organisation has marked',
    edit(
      'sync/orphans.ts',
      'if (ours) judgeGone(item, claims.named[at] === 1);\n      else held',
      'if (items.length > 0) judgeGone(item, claims.named[at] === 1);\n      else held',
    ),
  ),
  mutant(
    'knows no limits',
    edit('sync/safety.ts', 'if (count <= most) return null;', 'if (count >= 0) return null;'),
  ),
  mutant(
    'writes over what a person has filled in',
    edit(
      'sync/fields.ts',
      "(filler.fillEmpty && current.trim() !== '')",
      "(filler.fillEmpty && current.trim() === '-')",
    ),
  ),
  noticedBy(
    'test/sync/plan.test.ts',
    mutant(
      'makes an item beside one in another company',
      edit('sync/match.ts', 'if (free.length > 0) {', 'if (free.length > 99) {'),
    ),
  ),
  noticedBy(
    'test/sync/plan.test.ts',
    mutant(
      'takes one of several items that could be the device’s',
      edit('sync/match.ts', 'if (here.length > 1) {', 'if (here.length > 99) {'),
    ),
  ),
  mutant(
    'takes an item from another living device',
    edit(
      'sync/match.ts',
      "return owner === unknownAgent || roster.standing[owner] === 'superseded';",
      'return owner >= unknownAgent;',
    ),
  ),
  mutant(
    'makes items in a company that is inactive',
    edit('sync/draft-plan.ts', 'if (!active) {', 'if (company < 0) {'),
  ),
  mutant(
    'deactivates at the rung that does not',
    edit(
      'sync/policy.ts',
      "upsert: new Set(['create', 'update', 'reactivate']),",
      "upsert: new Set(['create', 'update', 'reactivate', 'deactivate']),",
    ),
  ),
  mutant(
    'deactivates the old half of a move before the new one is there',
    edit(
      'sync/apply.ts',
      "if (change.after === undefined || before?.result?.state === 'applied') return null;",
      "if (change.after === undefined || change.kind === 'deactivate') return null;",
    ),
  ),
  mutant(
    'believes a user who may not query',
    edit(
      'sync/run.ts',
      "if (await asking('Autotask', signal, () => directory.mayQuery(signal))) return;",
      'if (signal !== undefined) return;',
    ),
  ),
  mutant(
    'never deactivates',
    edit('sync/orphans.ts', "changes.push(write.retire(item, 'gone'));\n      return;", 'return;'),
  ),
  mutant(
    'says a secret that a vendor has repeated',
    edit('http/redact.ts', "clean.replaceAll(form, '[redacted]')", 'clean.replaceAll(form, form)'),
  ),
];
