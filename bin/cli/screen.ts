/** What a command writes: a result for people or one JSON document on stdout; what is under way on stderr. */
import { LiveLine, type TextStream } from '../terminal/live-line.ts';
import { type Paint, paintFor } from '../terminal/paint.ts';
import { type Column, layTable } from '../terminal/table.ts';
import { wrap } from '../terminal/wrap.ts';

export interface ScreenOptions {
  /** Undefined: where stdout is no terminal. */
  readonly json?: boolean | undefined;
  readonly color?: boolean | undefined;
}

export class Screen {
  readonly isJson: boolean;
  readonly paint: Paint;
  /** Infinity where nobody's terminal is to be fitted. */
  readonly columns: number;
  readonly live: LiveLine;
  readonly #out: TextStream;

  constructor(
    out: TextStream,
    err: TextStream,
    environment: Readonly<Record<string, string | undefined>>,
    { json, color }: ScreenOptions,
  ) {
    this.#out = out;
    this.isJson = json ?? out.isTTY !== true;
    this.paint = paintFor(out, environment, color ?? true);
    this.columns = out.isTTY === true ? (out.columns ?? 80) : Infinity;
    this.live = new LiveLine(err);
  }

  say(line = ''): void {
    this.live.clear();
    this.#out.write(`${line}\n`);
  }

  prose(text: string, indent = '', first = indent): void {
    for (const line of wrap(text, this.columns, indent, first)) this.say(line);
  }

  /** `below`: prose under a row; '' for none. */
  table<Row>(
    rows: readonly Row[],
    columns: readonly Column<Row>[],
    indent = '',
    below: (row: Row) => string = () => '',
  ): void {
    const { lines, leftOut } = layTable(rows, columns, this.columns - indent.length);
    const [header = '', ...cells] = lines;
    this.say(`${indent}${this.paint.dim(header)}`);
    for (const [at, row] of rows.entries()) {
      this.say(`${indent}${cells[at]}`);
      const text = below(row);
      if (text !== '') this.prose(text, `${indent}  `);
    }
    if (leftOut.length > 0) {
      this.say(`${indent}${this.paint.dim(`no room here for: ${leftOut.join(', ')}`)}`);
    }
  }

  /** A command to copy, on a line of its own. */
  command(text: string): void {
    this.say(`  ${this.paint.bold(text)}`);
  }

  document(value: unknown): void {
    this.live.clear();
    this.#out.write(`${JSON.stringify(value, null, 2)}\n`);
  }
}
