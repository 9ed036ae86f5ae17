import type { TokenCredential } from '@azure/identity';
import { type Dispatcher, request } from 'undici';
import { type Attempt, type AzureErrors, codeIn, detailIn, readRetryAfter } from '../errors.ts';
import { STORAGE_SCOPE } from '../identity/tokens.ts';
import { type AzureAccount, containerUrl } from '../urls.ts';
import { inOnePiece, type PageBody, readBody } from './page-body.ts';

const ARROW = 'application/vnd.apache.arrow.stream';
const XML = 'application/xml';

/** The first version that answers in Arrow. Who does not speak it answers in XML. */
const SERVICE_VERSION = '2026-10-06';
/** What a connection does that the other side had given up: it is opened anew, once. */
const STALE = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

export interface PageAnswer {
  isArrow: boolean;
  body: PageBody;
}

/**
 * Sends List Blobs requests with the connection's credential: a bearer token, or the SAS in the URL. Redirects are
 * not followed.
 * https://learn.microsoft.com/rest/api/storageservices/list-blobs
 */
export function createPageRequests(
  account: AzureAccount,
  {
    tokens,
    sasToken,
    dispatcher,
    errors,
  }: { tokens: TokenCredential | null; sasToken: string; dispatcher: Dispatcher; errors: AzureErrors },
) {
  const send = async (url: string, tenantId: string | null, signal: AbortSignal) => {
    const headers: Record<string, string> = {
      accept: `${ARROW}, ${XML}`,
      'user-agent': 'mooring',
      'x-ms-version': SERVICE_VERSION,
    };
    if (tokens) {
      if (!url.startsWith('https:')) throw new Error('a bearer token may not go to a non-TLS protected URL');
      const token = await tokens.getToken(STORAGE_SCOPE, tenantId === null ? {} : { tenantId });
      headers.authorization = `Bearer ${token?.token}`;
    }
    const attempt = () => request(url, { headers, dispatcher, signal });
    return attempt().catch(error => (isStale(error) && !signal.aborted ? attempt() : Promise.reject(error)));
  };

  /** @throws ProviderError for an error answer; whatever undici throws where there is none. */
  return async (
    attempt: Attempt & { container: string },
    query: Record<string, string | undefined>,
    signal: AbortSignal,
  ): Promise<PageAnswer> => {
    const parameters = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
    );
    const base = containerUrl(account, attempt.container, sasToken);
    const url = `${base}${sasToken === '' ? '?' : '&'}${parameters.join('&')}`;
    let answer = await send(url, null, signal);
    const owner = tokens && answer.statusCode === 401 ? tenantOf(answer) : null;
    if (owner !== null) {
      await answer.body.dump();
      answer = await send(url, owner, signal);
    }
    const body = await readBody(answer.body);
    const type = mediaType(answer);
    if (answer.statusCode === 200 && (type === ARROW || type === XML))
      return { isArrow: type === ARROW, body };
    if (answer.statusCode < 400)
      throw new Error(`an answer with status ${answer.statusCode} of type “${type}”`);
    const text = inOnePiece(body).toString();
    const error = {
      status: answer.statusCode,
      code: header(answer, 'x-ms-error-code') ?? codeIn(text),
      detail: detailIn(text),
      retryAfterSeconds: readRetryAfter(header(answer, 'retry-after')),
    };
    throw errors.explainAnswer(error, attempt);
  };
}

const header = ({ headers }: Dispatcher.ResponseData, name: string): string | null =>
  [headers[name] ?? null].flat()[0] ?? null;

const mediaType = (answer: Dispatcher.ResponseData): string =>
  (header(answer, 'content-type') ?? '').split(';')[0]!.trim().toLowerCase();

/** The tenant that a refused token should have come from. */
const tenantOf = (answer: Dispatcher.ResponseData): string | null =>
  /authorization_uri="?https:\/\/[^/\s]+\/([^/\s,"]+)/.exec(header(answer, 'www-authenticate') ?? '')?.[1] ??
  null;

const isStale = (error: unknown): boolean => STALE.has(String((error as { code?: unknown }).code));
