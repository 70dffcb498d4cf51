import { type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { root } from '../local/access-keys.ts';
import { region } from '../local/identities.ts';
import { ServiceEndpoint } from '../local/service-endpoint.ts';
import { toXml } from './to-xml.ts';

/** Where a service listens on this machine, by the name that requests to it are signed with; null where it is not there. */
export type ServiceAddress = (service: string) => string | null;

const scope = /Credential=[^/]+\/\d{8}\/([\w-]+)\/([\w-]+)\/aws4_request/u;

/** All services at one address, as AWS_ENDPOINT_URL has them. Whoever asks is the account's root user. */
export class Front extends ServiceEndpoint {
  readonly #addressOf: ServiceAddress;

  constructor(addressOf: ServiceAddress) {
    super();
    this.#addressOf = addressOf;
  }

  protected override async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const authorization = String(request.headers.authorization ?? '');
    const [, where = '', service = ''] = scope.exec(authorization) ?? [];
    const refused = (code: string, message: string): void => refuse(request, response, code, message);
    if (service === '') return refused('MissingAuthenticationToken', 'the request is not signed');
    if (where !== region)
      return refused('InvalidRegion', `the local AWS is ${region}, not ${where}: set AWS_REGION=${region}`);
    const address = this.#addressOf(service);
    if (address === null)
      return refused(
        'ServiceUnavailable',
        `the local AWS has no ${service}, or not before the doors are deployed`,
      );
    const { method, url = '/', headers } = request;
    const asRoot = authorization.replace(/Credential=[^/]+/u, `Credential=${root.accessKeyId}`);
    const { 'x-amz-security-token': _, ...others } = headers;
    await new Promise<void>((done, failed) => {
      const { hostname, port } = new URL(address);
      const path = url;
      const passed = send(
        { hostname, port, method, path, headers: { ...others, authorization: asRoot } },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response).once('finish', done);
          answer.once('error', failed);
        },
      );
      passed.once('error', failed);
      request.pipe(passed);
    });
  }
}

/** In JSON to who speaks it, else in the XML of the query protocol, which S3's clients read as well. */
function refuse({ headers }: IncomingMessage, response: ServerResponse, Code: string, Message: string): void {
  const isJson = /json/u.test(String(headers['content-type'] ?? ''));
  response.writeHead(400, {
    'content-type': isJson ? 'application/x-amz-json-1.1' : 'text/xml',
    'x-amzn-errortype': Code,
  });
  response.end(
    isJson
      ? JSON.stringify({ __type: Code, message: Message })
      : toXml('ErrorResponse', { Error: { Code, Message } }),
  );
}
