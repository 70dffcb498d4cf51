/**
 * Rows in columns, as wide as the terminal is. Where that is too narrow, cells of columns that may shrink are cut;
 * where it still is, the columns that matter least are left out, and named.
 */
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';

export interface Column<Row> {
  readonly title: string;
  /** Plain text, without colours: it is measured and cut. */
  readonly of: (row: Row) => string;
  readonly paint?: (text: string, row: Row) => string;
  readonly align?: 'right';
  /** May be cut to this width, no further. */
  readonly shrinksTo?: number;
  /** May be left out; the highest goes first. */
  readonly dispensable?: number;
}

export interface Table {
  readonly lines: readonly string[];
  /** The titles of columns that found no room. */
  readonly leftOut: readonly string[];
}

const gap = '  ';

export function layTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number): Table {
  const kept = [...columns];
  const leftOut: string[] = [];
  for (;;) {
    const widths = widthsOf(rows, kept, width);
    const isTooWide = sum(widths) + gap.length * (kept.length - 1) > width;
    const [least] = kept
      .filter((column) => column.dispensable !== undefined)
      .sort((a, b) => (b.dispensable ?? 0) - (a.dispensable ?? 0));
    if (!isTooWide || least === undefined) return { lines: linesOf(rows, kept, widths), leftOut };
    kept.splice(kept.indexOf(least), 1);
    leftOut.push(least.title.toLowerCase());
  }
}

function widthsOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number): number[] {
  const widths = columns.map(({ title, of }) =>
    rows.reduce((most, row) => Math.max(most, stringWidth(of(row))), stringWidth(title)),
  );
  let excess = sum(widths) + gap.length * (columns.length - 1) - width;
  while (excess > 0) {
    // The widest of those that may shrink gives first.
    const at = widths.reduce((best, own, index) => {
      const least = columns[index]?.shrinksTo ?? Infinity;
      return own > least && own > (widths[best] ?? -1) ? index : best;
    }, -1);
    if (at === -1) return widths;
    widths[at] = (widths[at] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function linesOf<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  widths: readonly number[],
): string[] {
  const lay = (cell: (column: Column<Row>, width: number) => string): string =>
    columns
      .map((column, at) => cell(column, widths[at] ?? 0))
      .join(gap)
      .trimEnd();
  return [
    lay((column, width) => padded(column.title, width, column.align)),
    ...rows.map((row) =>
      lay((column, width) => {
        const text = cliTruncate(column.of(row), width);
        const painted = text === '' ? text : (column.paint?.(text, row) ?? text);
        return padded(painted, width, column.align);
      }),
    ),
  ];
}

function padded(text: string, width: number, align: 'right' | undefined): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'right' ? `${space}${text}` : `${text}${space}`;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
