/** Loaded by `tracer.ts` alone, and late. */
import { Tracer } from '@aws-lambda-powertools/tracer';

/** Not by itself: it would put addresses into the trace, and our trace's id into requests to the vendors. */
const tracer = new Tracer({ captureHTTPsRequests: false });
const lambda = tracer.getSegment();

/** X-Ray keeps 500 KB of a trace, and a call is half a kilobyte. */
const mostCalls = 500;
const calls = new WeakMap<object, number>();

/** Of an error it says that there was one: the log has its words, under the same id. */
export function traceWork<Answer>(
  name: string,
  annotations: Readonly<Record<string, string>>,
  task: () => Promise<Answer>,
): Promise<Answer> {
  // The SDK knew where it was when it was loaded, in an earlier invocation.
  return tracer.provider.getNamespace().runAndReturn(() => {
    if (lambda !== undefined) tracer.setSegment(lambda);
    return tracer.provider.captureAsyncFunc(name, async (work) => {
      for (const [key, value] of Object.entries(annotations)) work?.addAnnotation(key, value);
      try {
        return await task();
      } catch (error) {
        work?.addFaultFlag();
        throw error;
      } finally {
        work?.close();
      }
    }) as Promise<Answer>;
  });
}

export function traceCall(host: string, operation: string): (status: number | null) => void {
  const work = tracer.getSegment();
  const before = work === undefined ? mostCalls : (calls.get(work) ?? 0);
  if (work === undefined || work === lambda || before >= mostCalls) return () => {};
  calls.set(work, before + 1);
  const call = work.addNewSubsegment(host);
  call.addAttribute('namespace', 'remote');
  call.addAnnotation('operation', operation);
  return (status) => {
    if (status === null || status >= 500) call.addFaultFlag();
    else if (status >= 400) call.addErrorFlag();
    if (status === 429) call.addThrottleFlag();
    if (status !== null) call.addAttribute('http', { response: { status } });
    call.close();
  };
}
