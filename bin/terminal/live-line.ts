/** One line of a terminal that is written over: what is under way right now. Nothing at all where there is no terminal. */
import cliTruncate from 'cli-truncate';

export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const clear = '\r\u001b[K';

export class LiveLine {
  readonly #stream: TextStream;
  #shown = '';

  constructor(stream: TextStream) {
    this.#stream = stream;
  }

  show(text: string): void {
    if (this.#stream.isTTY !== true || text === this.#shown) return;
    // A line that wraps could not be written over.
    this.#stream.write(`${clear}${cliTruncate(text, (this.#stream.columns ?? 80) - 1)}`);
    this.#shown = text;
  }

  /** Takes it away, so that what is written next begins a line. */
  clear(): void {
    if (this.#shown !== '') this.#stream.write(clear);
    this.#shown = '';
  }

  /** Leaves it standing. */
  keep(): void {
    if (this.#shown !== '') this.#stream.write('\n');
    this.#shown = '';
  }
}
