/** The two calls that need no credentials. */
import type { VendorAnswer, VendorRequest } from '../vendor-server.ts';
import { invalid } from './refusal.ts';
import type { AutotaskWorld } from './world.ts';

export const versionInformation = (): VendorAnswer => ({ status: 200, body: { apiVersions: ['1.0'] } });

/** Answers for any username that exists, to anybody; so a secret that comes along is a leak, and is journaled as one. */
export function zoneInformation(request: VendorRequest, world: AutotaskWorld): VendorAnswer {
  const leaked = 'secret' in request.headers || world.users().some(({ secret }) => mentions(request, secret));
  if (leaked) world.secretsSentToZone += 1;
  const flags = leaked ? ['secret-to-zone-information'] : [];
  const user = world.user(request.url.searchParams.get('user') ?? '');
  if (!user) return { ...invalid('Zone information could not be determined').answer, flags };
  return {
    status: 200,
    body: {
      zoneName: 'Simulated Zone',
      url: world.zoneUrl ?? `${request.url.origin}/ATServicesRest/`,
      webUrl: world.webUrl,
      ci: 800_001,
    },
    flags,
  };
}

const mentions = (request: VendorRequest, secret: string): boolean =>
  [...request.url.searchParams.values(), ...Object.values(request.headers), request.rawBody].includes(secret);
