/** What is found of one exchange: the operation, and whether its two halves are as the vendor's document says. */
import { type Deviation, deviations } from './deviations.ts';
import { type Exchange, parsed, type VendorContract, type VendorName } from './exchange.ts';

export interface Findings {
  /** As the document writes it, or as it came where the document does not have it. */
  readonly operation: string;
  readonly asked: 'client' | 'test';
  /** `fits`, a deviation, or `FAULT`. Null where a test asked for something wrong and was refused. */
  readonly request: string | null;
  /** The status alone where it fits; else with a deviation, or `FAULT`. Null where no answer was sent. */
  readonly answer: string | null;
  /** Sentences. */
  readonly faults: readonly string[];
}

/** The transport alone asks so: what tests and the simulated vendors send each other by hand does not. */
export const isClient = ({ headers }: Exchange): boolean => headers.accept === 'application/json';

export function judgeExchange(vendor: VendorName, contract: VendorContract, exchange: Exchange): Findings {
  const { method, path, status } = exchange;
  const unknown = `${method} ${path.replace(/\?.*$/u, '')} (not in the document)`;
  const request = judgeRequest(vendor, contract, exchange);
  const answer = judgeAnswer(vendor, contract, exchange);
  return {
    operation: contract.operationName(exchange) ?? unknown,
    asked: isClient(exchange) ? 'client' : 'test',
    request: request.told,
    answer: answer.told,
    faults: [
      ...request.faults.map((fault) => `asked: ${fault}`),
      ...answer.faults.map((fault) => `answered ${status}: ${fault}`),
    ],
  };
}

interface Half {
  readonly told: string | null;
  readonly faults: readonly string[];
}

function judgeRequest(vendor: VendorName, contract: VendorContract, exchange: Exchange): Half {
  const faults = contract.requestFaults(exchange);
  if (faults.length === 0) return { told: 'fits', faults };
  const deviation = deviationOf('request', vendor, exchange, faults);
  if (deviation !== undefined) return { told: deviation.name, faults: [] };
  const wasRefused = exchange.status < 200 || exchange.status >= 300;
  // What a test asks for and is refused may be as wrong as it was meant to be.
  if (wasRefused && !isClient(exchange)) return { told: null, faults: [] };
  return { told: 'FAULT', faults };
}

function judgeAnswer(vendor: VendorName, contract: VendorContract, exchange: Exchange): Half {
  const { status } = exchange;
  if (status === 0) return { told: null, faults: [] };
  const faults = contract.documentsStatus(exchange)
    ? contract.answerFaults(exchange)
    : [`the document has no status ${status} here`];
  if (faults.length === 0) return { told: `${status}`, faults };
  const deviation = deviationOf('answer', vendor, exchange, faults);
  if (deviation !== undefined) return { told: `${status} ${deviation.name}`, faults: [] };
  return { told: `${status} FAULT`, faults };
}

function deviationOf(
  of: Deviation['of'],
  vendor: VendorName,
  exchange: Exchange,
  faults: readonly string[],
): Deviation | undefined {
  const body = parsed(of === 'request' ? exchange.rawBody : exchange.rawAnswer);
  return deviations.find(
    (deviation) =>
      deviation.vendor === vendor &&
      deviation.of === of &&
      (deviation.ofTests !== true || !isClient(exchange)) &&
      (deviation.scripted !== true || exchange.fault === 'answer') &&
      deviation.fits(exchange, body, faults),
  );
}
