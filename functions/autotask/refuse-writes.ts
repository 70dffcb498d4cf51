import type { HttpRequest } from '#http/transport';

/** A write of a client that may not write: a defect of its caller, so no run goes on after it. */
export class ReadOnlyError extends Error {
  override readonly name = 'ReadOnlyError';
}

/** Queries are POSTs that change nothing. Whatever else is not a GET is a write. */
export function refuseWrites(request: HttpRequest): void {
  if (request.method === 'GET') return;
  const { pathname } = new URL(request.url);
  if (request.method === 'POST' && /\/query(?:\/count)?$/u.test(pathname)) return;
  throw new ReadOnlyError(`${request.method} ${pathname} was not sent: this client only reads`);
}
