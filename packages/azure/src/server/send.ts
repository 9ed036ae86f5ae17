import type { IncomingHttpHeaders } from 'node:http';
import type { TokenCredential } from '@azure/identity';
import type { TakeTurn } from '@mooring/storage/server';
import { AnswerBody, MOST_ERROR_BYTES } from '@mooring/storage/server';
import { type Dispatcher, stream } from 'undici';
import { mayCarryToken, STORAGE_SCOPE } from './identity/tokens.ts';
import type { ServiceVersion } from './service-version.ts';

/** What a connection does that the other side had given up: it is opened anew, once. */
const STALE = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: AnswerBody;
}

/**
 * Sends requests with the connection's credential, without the SDK's cost: a bearer token, or the SAS that the URL
 * carries already. Redirects are not followed. Errors of undici pass through. An answer of 200 may have `mostBytes`.
 */
export function createSender({
  tokens,
  dispatcher,
  version,
  takeTurn,
}: {
  tokens: TokenCredential | null;
  dispatcher: Dispatcher;
  version: ServiceVersion;
  takeTurn: TakeTurn;
}) {
  const sendAs = async (
    method: 'GET' | 'HEAD',
    url: string,
    accept: string,
    tenantId: string | null,
    signal: AbortSignal,
    mostBytes: number,
  ): Promise<Answer> => {
    const asked = version.current;
    const headers: Record<string, string> = { accept, 'user-agent': 'mooring', 'x-ms-version': asked };
    if (tokens) {
      if (!mayCarryToken(url)) throw new Error('a bearer token may not go to a non-TLS protected URL');
      const token = await tokens.getToken(STORAGE_SCOPE, tenantId === null ? {} : { tenantId });
      headers.authorization = `Bearer ${token?.token}`;
    }
    const attempt = async (isLast: boolean): Promise<Answer> => {
      const answer: Answer = { status: 0, headers: {}, body: new AnswerBody(takeTurn, mostBytes) };
      try {
        await stream(url, { method, headers, dispatcher, signal }, ({ statusCode, headers }) => {
          answer.status = statusCode;
          answer.headers = headers;
          if (statusCode !== 200) answer.body = new AnswerBody(takeTurn, MOST_ERROR_BYTES);
          return answer.body;
        });
      } catch (error) {
        answer.body.release();
        if (isLast || signal.aborted || answer.status !== 0 || !isStale(error)) throw error;
        return attempt(true);
      }
      return answer;
    };
    const answer = await attempt(false);
    const refusal = { status: answer.status, code: header(answer, 'x-ms-error-code') };
    if (refusal.status !== 400) return answer;
    const body = textOf(answer);
    return version.stepsDown(asked, { ...refusal, body })
      ? sendAs(method, url, accept, tenantId, signal, mostBytes)
      : answer;
  };

  return async (
    method: 'GET' | 'HEAD',
    url: string,
    accept: string,
    signal: AbortSignal,
    mostBytes = MOST_ERROR_BYTES,
  ): Promise<Answer> => {
    const answer = await sendAs(method, url, accept, null, signal, mostBytes);
    const owner = tokens && answer.status === 401 ? tenantOf(answer) : null;
    return owner === null ? answer : sendAs(method, url, accept, owner, signal, mostBytes);
  };
}

/** The body of an answer that is kept. */
const textOf = ({ body }: Answer): string => body.buffer.subarray(0, body.bytes).toString();

/** The first value of a header; null where there is none. */
export const header = ({ headers }: Answer, name: string): string | null =>
  [headers[name] ?? null].flat()[0] ?? null;

/** The tenant that a refused token should have come from. */
const tenantOf = (answer: Answer): string | null =>
  /authorization_uri="?https:\/\/[^/\s]+\/([^/\s,"]+)/.exec(header(answer, 'www-authenticate') ?? '')?.[1] ??
  null;

const isStale = (error: unknown): boolean => STALE.has(String((error as { code?: unknown }).code));
