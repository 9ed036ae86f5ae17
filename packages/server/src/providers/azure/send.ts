import type { TokenCredential } from '@azure/identity';
import { type Dispatcher, request } from 'undici';
import { STORAGE_SCOPE } from './identity/tokens.ts';

/** The first version that lists in Arrow. */
const SERVICE_VERSION = '2026-10-06';
/** What a connection does that the other side had given up: it is opened anew, once. */
const STALE = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/**
 * Sends requests with the connection's credential, without the SDK's cost: a bearer token, or the SAS that the URL
 * carries already. Redirects are not followed. Whatever undici throws is thrown.
 */
export function createSender({
  tokens,
  dispatcher,
}: {
  tokens: TokenCredential | null;
  dispatcher: Dispatcher;
}) {
  const sendAs = async (
    method: 'GET' | 'HEAD',
    url: string,
    accept: string,
    tenantId: string | null,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> => {
    const headers: Record<string, string> = {
      accept,
      'user-agent': 'mooring',
      'x-ms-version': SERVICE_VERSION,
    };
    if (tokens) {
      if (!url.startsWith('https:')) throw new Error('a bearer token may not go to a non-TLS protected URL');
      const token = await tokens.getToken(STORAGE_SCOPE, tenantId === null ? {} : { tenantId });
      headers.authorization = `Bearer ${token?.token}`;
    }
    const attempt = () => request(url, { method, headers, dispatcher, signal });
    return attempt().catch(error => (isStale(error) && !signal.aborted ? attempt() : Promise.reject(error)));
  };

  return async (
    method: 'GET' | 'HEAD',
    url: string,
    accept: string,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> => {
    const answer = await sendAs(method, url, accept, null, signal);
    const owner = tokens && answer.statusCode === 401 ? tenantOf(answer) : null;
    if (owner === null) return answer;
    await answer.body.dump();
    return sendAs(method, url, accept, owner, signal);
  };
}

/** The first value of a header; null where there is none. */
export const header = ({ headers }: Dispatcher.ResponseData, name: string): string | null =>
  [headers[name] ?? null].flat()[0] ?? null;

/** The tenant that a refused token should have come from. */
const tenantOf = (answer: Dispatcher.ResponseData): string | null =>
  /authorization_uri="?https:\/\/[^/\s]+\/([^/\s,"]+)/.exec(header(answer, 'www-authenticate') ?? '')?.[1] ??
  null;

const isStale = (error: unknown): boolean => STALE.has(String((error as { code?: unknown }).code));
