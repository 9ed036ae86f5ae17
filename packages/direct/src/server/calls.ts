import {
  type ErrorKind,
  type Guard,
  hostOf,
  networkFailure,
  ProviderError,
  withDeadline,
} from '@mooring/storage/server';
import { type Dispatcher, request } from 'undici';

const SECONDS = 30;

type Answer = Dispatcher.ResponseData;

/** What an HTTP status of a file server means. */
const STATUSES: Readonly<Record<number, { kind: ErrorKind; says: string; fix: string }>> = {
  401: refusal('unauthenticated', 'asks for a sign-in (401)'),
  403: refusal(
    'forbidden',
    'refuses the URL (403): its signature ended or is wrong, or the network is not allowed',
  ),
  404: { kind: 'not-found', says: 'has no such file (404)', fix: 'Correct the URL, and register it again.' },
  410: {
    kind: 'not-found',
    says: 'says that the file has gone (410)',
    fix: 'Correct the URL, and register it again.',
  },
  429: { kind: 'throttled', says: 'asks for fewer requests (429)', fix: 'Wait, and try again.' },
  503: { kind: 'throttled', says: 'is busy (503)', fix: 'Wait, and try again.' },
};

function refusal(kind: ErrorKind, says: string) {
  return { kind, says, fix: 'Register the file again with a URL that opens it.' };
}

/**
 * Reads some bytes by a URL that was handed in. Follows no redirect: it could lead to a host that was not allowed.
 * The body has to be read or destroyed.
 * @throws ProviderError without the URL in it, because that can be a secret
 */
export async function get(
  url: string,
  range: string | null,
  { guard, caller }: { guard: Guard; caller: AbortSignal | undefined },
): Promise<Answer> {
  const host = hostOf(url);
  const answer = await withDeadline(caller, { seconds: SECONDS, host }, async signal => {
    try {
      const headers = { 'accept-encoding': 'identity', ...(range !== null && { range }) };
      return await request(url, { headers, signal, dispatcher: guard.dispatcher });
    } catch (error) {
      if (signal.aborted) throw error;
      throw networkFailure(error, host) ?? noHttp(host, error);
    }
  });
  const { statusCode: status } = answer;
  if (status === 200 || status === 206 || (status === 416 && range !== null)) return answer;
  await answer.body.dump();
  throw errorOf(status, host, headerOf(answer, 'location'));
}

/** By its lowercase name. */
export const headerOf = (answer: Answer, name: string): string | null =>
  [answer.headers[name] ?? null].flat()[0] ?? null;

function errorOf(status: number, host: string, location: string | null): ProviderError {
  if (status >= 300 && status < 400) {
    const where = location !== null && URL.canParse(location) ? ` to ${new URL(location).host}` : '';
    return new ProviderError('invalid', `${host} redirects the URL${where} (${status}).`, {
      status,
      fix: 'Register the URL that it leads to, with a connection to that host.',
    });
  }
  const row = STATUSES[status];
  if (row) return new ProviderError(row.kind, `${host} ${row.says}.`, { status, fix: row.fix });
  return new ProviderError(
    status >= 500 ? 'unexpected' : 'forbidden',
    `${host} answers with status ${status}.`,
    {
      status,
      fix: 'Open the URL with another program to see what the host says.',
    },
  );
}

const noHttp = (host: string, cause: unknown): ProviderError =>
  new ProviderError('unexpected', `${host} does not answer as an HTTP server does.`, {
    fix: 'Check the host and its port.',
    cause,
  });
