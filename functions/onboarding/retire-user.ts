import type { ApiUserCredentials } from '#connections/connection';
import type { OpenAccess } from '#permissions/access';
import { isPortError } from '#sync/ports';

/**
 * '' where Autotask refuses the credentials, tried once: the user is out of use. Otherwise a sentence. A refused
 * login of a user that is to be put out of use can lock nothing that anybody needs.
 */
export async function stillWorks(
  credentials: ApiUserCredentials,
  openAccess: OpenAccess,
  signal: AbortSignal,
): Promise<string> {
  try {
    await openAccess(credentials, signal);
    return 'Autotask still accepts the replaced API user: untick Active on it, save, and press again.';
  } catch (error) {
    if (!isPortError(error)) throw error;
    if (error.failure === 'unauthorised') return '';
    return `Autotask could not be asked whether the replaced user is out of use. ${error.message}`;
  }
}
