import { type AutotaskClient, type AutotaskCredentials, createAutotaskClient } from './client.ts';
import { AutotaskError } from './errors.ts';
import { discoverZone, type Zone, type ZoneOptions } from './zone.ts';

export interface LoginOptions extends ZoneOptions {
  readonly credentials: AutotaskCredentials;
  /** Of the client that is given back. */
  readonly readOnly: boolean;
}

export interface Login {
  readonly zone: Zone;
  /** For few calls: it leaves ThresholdInformation alone. */
  readonly client: AutotaskClient;
  /** Requests sent so far, those of the zone and of the login included. */
  calls(): number;
}

/**
 * Logs in once: the zone, then one `GET Version`, which needs all three headers and no permission.
 * A refusal is never repeated: repeated bad logins lock the API user.
 * Rejects with an `AutotaskError`; failure `unauthorised` means that the credentials are not accepted
 * (a user that was made less than five minutes ago may not be known yet).
 */
export async function logIn(options: LoginOptions, signal: AbortSignal): Promise<Login> {
  let zoneCalls = 0;
  const zone = await discoverZone(options, options.credentials.username, signal, () => {
    zoneCalls += 1;
  });
  const client = createAutotaskClient({ ...options, zoneUrl: zone.url }, false);
  try {
    await client.get('Version', signal);
  } catch (error) {
    if (!(error instanceof AutotaskError) || error.kind !== 'not-found') throw error;
    // A database that does not know the one knows the other: it needs the same headers.
    await client.get('ThresholdInformation', signal);
  }
  return { zone, client, calls: () => zoneCalls + client.calls() };
}

/** Proves that the credentials open their database. */
export async function proveLogin(
  options: Omit<LoginOptions, 'readOnly'>,
  signal: AbortSignal,
): Promise<Zone> {
  return (await logIn({ ...options, readOnly: true }, signal)).zone;
}
