import type { Route } from '@mooring/contract';
import { MooringUnreachableError } from './error.ts';
import { pause } from './pause.ts';

const RETRIES = 2;
const FIRST_WAIT_MS = 250;
/** A server that asks for a longer wait than this gets none: the caller sees its answer. */
const LONGEST_WAIT_MS = 30_000;

/** Whether a request may be sent again without doing something twice. */
export const isRepeatable = (route: Route, headers: Readonly<Record<string, string>>): boolean =>
  route.method === 'GET' || Object.keys(headers).some(name => name.toLowerCase() === 'idempotency-key');

/**
 * Sends a request, and again while the server is away or asks for it: 429, 503, 504, a gateway's 502, and 409 while the
 * first request with the same Idempotency-Key is being answered. Waits 250 ms and twice as long each time, or as
 * Retry-After says.
 * @param retries how often at most, after the first time
 * @throws as `attempt` does the last time
 */
export async function repeat(
  attempt: () => Promise<Response>,
  { retries = RETRIES, signal }: { retries?: number | undefined; signal?: AbortSignal | undefined },
): Promise<Response> {
  for (let left = retries, wait = FIRST_WAIT_MS; ; left--, wait *= 2) {
    const answer = await attempt().catch((error: unknown) => {
      if (left <= 0 || signal?.aborted || !(error instanceof MooringUnreachableError)) throw error;
      return null;
    });
    const asked = answer && retryAfterMs(answer);
    const waitMs = asked ?? wait;
    if (answer && (left <= 0 || waitMs > LONGEST_WAIT_MS || !asksForMore(answer, asked !== null)))
      return answer;
    await answer?.body?.cancel();
    await pause(waitMs, signal);
  }
}

function asksForMore({ status, headers }: Response, saysWhen: boolean): boolean {
  if (status === 409) return saysWhen;
  // A problem with 502 is about the storage, and comes from Mooring itself.
  if (status === 502) return !headers.get('content-type')?.startsWith('application/problem+json');
  return status === 429 || status === 503 || status === 504;
}

function retryAfterMs({ headers }: Response): number | null {
  const seconds = headers.get('retry-after');
  return seconds !== null && /^\d+$/.test(seconds) ? Number(seconds) * 1000 : null;
}
