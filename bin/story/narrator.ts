/** Tells the story to whoever watches: plain lines, and a bar where there is a terminal. */
import type { WriteStream } from 'node:tty';
import colors from 'picocolors';

export class Narrator {
  readonly #out: NodeJS.WriteStream;
  readonly #paint: ReturnType<typeof colors.createColors>;
  #barShown = false;
  #lastTenth = -1;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    this.#paint = colors.createColors(colors.isColorSupported && out.isTTY === true);
  }

  chapter(title: string): void {
    this.#endBar();
    this.#out.write(`\n${this.#paint.bold(title)}\n`);
  }

  say(line: string): void {
    this.#endBar();
    this.#out.write(`  ${line}\n`);
  }

  /** A line of a plan, coloured by its sign. */
  plan(line: string): void {
    const { green, yellow, cyan, red, dim } = this.#paint;
    const paint = { '+': green, '~': yellow, '^': cyan, '-': red, '!': dim }[line.trimStart().charAt(0)];
    this.say(paint === undefined ? line : paint(line));
  }

  progress(done: number, total: number): void {
    if (total === 0) return;
    const share = done / total;
    if (this.#out.isTTY) {
      const width = Math.max(10, Math.min(40, ((this.#out as WriteStream).columns ?? 80) - 30));
      const full = Math.round(share * width);
      this.#out.write(`\r  ${'█'.repeat(full)}${'░'.repeat(width - full)} ${done}/${total} `);
      this.#barShown = true;
      return;
    }
    const tenth = Math.floor(share * 10);
    if (tenth <= this.#lastTenth && done !== total) return;
    this.#lastTenth = done === total ? -1 : tenth;
    this.say(`${String(Math.round(share * 100)).padStart(3)} %  ${done}/${total}`);
  }

  #endBar(): void {
    if (this.#barShown) this.#out.write('\n');
    this.#barShown = false;
  }
}
