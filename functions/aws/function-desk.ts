import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { HandOffAnswer, HandOffDesk } from '#onboarding/hand-off';
import { type DeskRequest, deskAnswerSchema, remoteDesk } from '#onboarding/hand-off-wire';

/** The desk did not answer. Whether it did what was asked is not known; its page tells. */
export class DeskError extends Error {
  override readonly name = 'DeskError';
}

/**
 * The desk of hand-offs in another function, which is asked and waited for. Nothing of a request or an answer stands
 * in an error. `correlationId`: of what is being worked on, by which the other function's log is found.
 */
export function functionDesk(
  client: () => LambdaClient,
  functionName: string,
  correlationId: () => string,
): HandOffDesk {
  const ask = async (request: DeskRequest, signal: AbortSignal | null): Promise<HandOffAnswer> => {
    const command = new InvokeCommand({
      FunctionName: functionName,
      InvocationType: 'RequestResponse',
      Payload: JSON.stringify(request),
      // Beside the request, which is the page's alone. Lambda reads JSON in base64, of at most 3,583 bytes.
      ClientContext: Buffer.from(JSON.stringify({ custom: { correlationId: correlationId() } })).toString(
        'base64',
      ),
    });
    const { FunctionError, Payload, $metadata } = await client().send(
      command,
      signal === null ? {} : { abortSignal: signal },
    );
    const invocation = `${functionName}, request ${$metadata.requestId ?? 'unknown'}`;
    // What it says itself stands in its own log.
    if (FunctionError !== undefined) throw new DeskError(`the desk failed (${FunctionError}): ${invocation}`);
    const answer = deskAnswerSchema.safeParse(parse(Payload));
    if (answer.success) return answer.data;
    const where = answer.error.issues.map(({ path }) => path.join('.') || 'the whole').join(', ');
    throw new DeskError(`the desk's answer cannot be read (${where}): ${invocation}`);
  };
  return remoteDesk(ask);
}

function parse(payload: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(payload ?? []).toString('utf8'));
  } catch {
    return undefined;
  }
}
