import type { TokenCredential } from '@azure/identity';
import type { TakeTurn } from '@mooring/storage/server';
import { type AnswerBody, mostPageBytes, readBytes } from '@mooring/storage/server';
import type { Dispatcher } from 'undici';
import { readErrorAnswer } from '../error-answer.ts';
import type { Attempt, AzureErrors } from '../errors.ts';
import { type Answer, createSender, header } from '../send.ts';
import type { ServiceVersion } from '../service-version.ts';
import { type AzureAccount, containerUrl } from '../urls.ts';

const ARROW = 'application/vnd.apache.arrow.stream';
/** Who does not speak Arrow answers in XML. */
const XML = 'application/xml';

export interface PageAnswer {
  isArrow: boolean;
  body: AnswerBody;
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
    version,
    takeTurn,
    errors,
  }: {
    tokens: TokenCredential | null;
    sasToken: string;
    dispatcher: Dispatcher;
    version: ServiceVersion;
    takeTurn: TakeTurn;
    errors: AzureErrors;
  },
) {
  const send = createSender({ tokens, dispatcher, version, takeTurn });

  /** @throws ProviderError for an error answer; what undici throws where there is no answer. */
  return async (
    attempt: Attempt & { container: string },
    query: Record<string, string | undefined>,
    signal: AbortSignal,
    mostEntries: number,
  ): Promise<PageAnswer> => {
    const parameters = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
    );
    const base = containerUrl(account, attempt.container, sasToken);
    const url = `${base}${sasToken === '' ? '?' : '&'}${parameters.join('&')}`;
    const answer = await send('GET', url, `${ARROW}, ${XML}`, signal, mostPageBytes(mostEntries));
    const { status, body } = answer;
    const type = mediaType(answer);
    if (status === 200 && (type === ARROW || type === XML)) return { isArrow: type === ARROW, body };
    body.release();
    if (status < 400) throw new Error(`an answer with status ${status} of type “${type}”`);
    const error = readErrorAnswer(status, name => header(answer, name), readBytes(body, String));
    throw errors.explainAnswer(error, attempt);
  };
}

const mediaType = (answer: Answer): string =>
  (header(answer, 'content-type') ?? '').split(';')[0]!.trim().toLowerCase();
