import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** Lines of one log that are kept in memory. */
const mostLines = 20_000;

/** What each door and each part of the local AWS wrote: in memory, and in `<folder>/<name>.log` where one is given. */
export class LogSink {
  readonly #folder: string | null;
  readonly #lines = new Map<string, string[]>();
  readonly #files = new Map<string, WriteStream>();

  constructor(folder: string | null) {
    this.#folder = folder;
    if (folder !== null) mkdirSync(folder, { recursive: true });
  }

  writer(name: string): (line: string) => void {
    const lines: string[] = [];
    this.#lines.set(name, lines);
    const file = this.#folder === null ? null : createWriteStream(join(this.#folder, `${name}.log`));
    if (file !== null) this.#files.set(name, file);
    return (line) => {
      lines.push(line);
      if (lines.length > mostLines) lines.splice(0, mostLines / 10);
      file?.write(`${line}\n`);
    };
  }

  read(name: string): readonly string[] {
    const lines = this.#lines.get(name);
    if (lines === undefined)
      throw new Error(`no log is named ${name}; there are ${[...this.#lines.keys()].join(', ')}`);
    return [...lines];
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.#files.values()].map((file) => new Promise<void>((done) => file.end(() => done()))),
    );
  }
}
