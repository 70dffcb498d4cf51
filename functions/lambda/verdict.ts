import type { Verdict } from '#onboarding/trust-credentials';
import { isPortError } from '#sync/ports';

/** What one attempt to log in proved. What a vendor's room throws is a verdict; anything else is a defect. */
export async function verdictOf<Evidence>(attempt: Promise<Evidence>): Promise<Verdict<Evidence>> {
  try {
    return { kind: 'trusted', evidence: await attempt };
  } catch (error) {
    if (!isPortError(error)) throw error;
    const isNo = error.failure === 'unauthorised' || error.failure === 'refused';
    return { kind: isNo ? 'refused' : 'unproved', detail: error.message };
  }
}
