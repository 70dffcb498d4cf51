import { expect, it } from 'vitest';
import { oldestRunId, requestedRunId } from '#runs/run-record';

it.each([-300_000, -1_001, 0, 1, 300_000])(
  'a run that is asked for %d ms after its connection was made, by the clock, is none of an earlier connection',
  (later) => {
    const createdAt = Date.UTC(2026, 10, 2, 8);
    expect(requestedRunId({ createdAt }, createdAt + later, 'aaaaaa') >= oldestRunId({ createdAt })).toBe(
      true,
    );
  },
);
