/** One question to a simulated vendor and its answer, as they went over the wire. */
export type VendorName = 'Autotask' | 'Addigy';

export interface Exchange {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: string;
  /** 0 where no answer was sent. */
  readonly status: number;
  readonly rawAnswer: string;
  /** The kind of scripted fault that struck it, or null. */
  readonly fault: string | null;
}

/** A vendor's document as a judge of exchanges: sentences, none where it is as documented. */
export interface VendorContract {
  /** As the document writes it; undefined where it does not have it. */
  operationName(exchange: Exchange): string | undefined;
  requestFaults(exchange: Exchange): string[];
  documentsStatus(exchange: Exchange): boolean;
  answerFaults(exchange: Exchange): string[];
}

/** Null where there is no text; the text itself where it is no JSON. */
export function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
