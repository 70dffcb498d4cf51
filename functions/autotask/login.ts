import { type AutotaskCredentials, createAutotaskClient } from './client.ts';
import { AutotaskError } from './errors.ts';
import { discoverZone, type Zone, type ZoneOptions } from './zone.ts';

/**
 * Proves that the credentials open their database: the zone, then one `GET Version`, which needs all
 * three headers and no permission. A refusal is never repeated: repeated bad logins lock the API user.
 * Rejects with an `AutotaskError`; failure `unauthorised` means that the credentials are not accepted
 * (a user that was made less than five minutes ago may not be known yet).
 */
export async function proveLogin(
  options: ZoneOptions & { readonly credentials: AutotaskCredentials },
  signal: AbortSignal,
): Promise<Zone> {
  const zone = await discoverZone(options, options.credentials.username, signal);
  const client = createAutotaskClient({ ...options, zoneUrl: zone.url, readOnly: true }, false);
  try {
    await client.get('Version', signal);
  } catch (error) {
    if (!(error instanceof AutotaskError) || error.kind !== 'not-found') throw error;
    // A database that does not know the one knows the other: it needs the same headers.
    await client.get('ThresholdInformation', signal);
  }
  return zone;
}
