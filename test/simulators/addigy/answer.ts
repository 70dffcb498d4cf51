import type { VendorAnswer } from '../vendor-server.ts';

export const ok = (body?: unknown): VendorAnswer =>
  body === undefined ? { status: 200 } : { status: 200, body };

/** The vendor's error body: `{ code, message, error_chain }`. */
export const refuse = (code: number, message: string, chain: Record<string, unknown> = {}): VendorAnswer => ({
  status: code,
  body: { code, message, error_chain: chain },
});

/** "Not found" comes back as a 500 with the reason in `error_chain` (seen by a client's author). */
export const notFound = (what: string): VendorAnswer =>
  refuse(500, 'internal server error', { '0': 'unable to process request', '1': `${what} not found` });
