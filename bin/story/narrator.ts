/** Tells the story to whoever watches: plain lines, and a bar where there is a terminal. */
import { LiveLine } from '../terminal/live-line.ts';
import { type Paint, paintFor, paintPlanLine } from '../terminal/paint.ts';
import { progressBar } from '../terminal/progress-bar.ts';

export class Narrator {
  readonly #out: NodeJS.WriteStream;
  readonly #paint: Paint;
  readonly #bar: LiveLine;
  #lastTenth = -1;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    this.#paint = paintFor(out, process.env);
    this.#bar = new LiveLine(out);
  }

  chapter(title: string): void {
    this.#bar.keep();
    this.#out.write(`\n${this.#paint.bold(title)}\n`);
  }

  say(line: string): void {
    this.#bar.keep();
    this.#out.write(`  ${line}\n`);
  }

  plan(line: string): void {
    this.say(paintPlanLine(line, this.#paint));
  }

  progress(done: number, total: number): void {
    if (total === 0) return;
    if (this.#out.isTTY) {
      this.#bar.show(`  ${progressBar(done, total, this.#out.columns ?? 80)}`);
      return;
    }
    const share = done / total;
    const tenth = Math.floor(share * 10);
    if (tenth <= this.#lastTenth && done !== total) return;
    this.#lastTenth = done === total ? -1 : tenth;
    this.say(`${String(Math.round(share * 100)).padStart(3)} %  ${done}/${total}`);
  }
}
