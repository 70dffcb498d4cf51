/** The vendor's ways to say no. */
import type { VendorAnswer } from '../vendor-server.ts';

export class Refusal extends Error {
  readonly answer: VendorAnswer;
  constructor(answer: VendorAnswer) {
    super(`${answer.status}`);
    this.answer = answer;
  }
}

/** Validation failures are 500. */
export const invalid = (...errors: string[]): Refusal => new Refusal({ status: 500, body: { errors } });

/** ASP.NET's shape, not `errors`. */
export const methodNotAllowed = (method: string): Refusal =>
  new Refusal({
    status: 405,
    body: { Message: `The requested resource does not support http method '${method}'.` },
  });

/** IIS answers a wrong path, and a URL that is too long, with a page. */
export const pathNotFound = (): Refusal =>
  new Refusal({
    status: 404,
    body: '<!DOCTYPE html><html><head><title>404 - File or directory not found.</title></head><body><h2>404 - File or directory not found.</h2></body></html>',
  });

/** Never the vendor's: what the real one has and this one has not must not look like an answer. */
export const notSimulated = (what: string): Refusal =>
  new Refusal({
    status: 501,
    body: `The Autotask simulator does not model ${what}.`,
    contentType: 'text/plain',
  });
