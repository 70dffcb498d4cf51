/** What goes wrong with a call: refused, lost before it was done, or done and its answer lost. */
export type AwsFault =
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly status: number }
  | { readonly kind: 'lose-request' }
  | { readonly kind: 'lose-answer' };

interface Scripted {
  readonly operation: string;
  readonly fault: AwsFault;
  skip: number;
  times: number;
}

/** Faults that a test scripts for an AWS endpoint, in order. */
export class AwsFaults {
  readonly #scripted: Scripted[] = [];

  /** Lets `skip` calls of the operation pass, then fails `times` of them. */
  add(operation: string, fault: AwsFault, { skip = 0, times = 1 } = {}): void {
    this.#scripted.push({ operation, fault, skip, times });
  }

  clear(): void {
    this.#scripted.length = 0;
  }

  take(operation: string): AwsFault | null {
    const scripted = this.#scripted.find((known) => known.operation === operation && known.times > 0);
    if (scripted === undefined) return null;
    if (scripted.skip > 0) {
      scripted.skip -= 1;
      return null;
    }
    scripted.times -= 1;
    return scripted.fault;
  }
}
