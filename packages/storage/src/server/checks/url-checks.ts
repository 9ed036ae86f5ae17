import type { Dispatcher } from 'undici';
import { ProviderError } from '../errors.ts';
import type { Advise, CheckContext, CheckDefinition, Provider, SignedUrl, Signer } from '../provider.ts';
import { signOne } from '../sign.ts';
import { defineCheck, type Finding } from './define-check.ts';
import { type PlainAnswer, plainRequest } from './plain-request.ts';
import { NO_SAMPLE, SAMPLE_BYTES } from './read-checks.ts';
import { hostOf, moment, quoteKey } from './words.ts';

const LIFETIME_SECONDS = 600;

/** Says in the provider's terms why a signed URL answered with an error. */
export type ExplainAnswer = (answer: PlainAnswer, context: CheckContext) => ProviderError;

/** Checks that a URL can be signed. */
export const signCheck = (
  signer: Signer,
  capabilities: Provider['capabilities'],
  advise: Advise,
): CheckDefinition =>
  defineCheck('sign', ['list'], 'A URL that reads one object for some minutes.', advise, async context => {
    if (!context.sample) return NO_SAMPLE;
    const { key } = context.sample;
    const place = { container: context.container, key };
    context.signed = await signOne(signer, { ...place, now: context.now(), seconds: LIFETIME_SECONDS });
    const until = moment(context.signed.expiresAt);
    return {
      observed:
        capabilities.sign === 'object'
          ? `A URL for ${quoteKey(key)} alone, until ${until}.`
          : `A URL with the delivery token, which reads any object of the account until ${until}.`,
    };
  });

/** Checks that a client without any credential of its own gets a part of an object from a signed URL. */
export const fetchCheck = (dispatcher: Dispatcher, explain: ExplainAnswer, advise: Advise): CheckDefinition =>
  defineCheck(
    'fetch',
    // After `range`: what the credential may not read, its URLs do not open.
    ['sign', 'range'],
    'Status 206 with a part of the object.',
    advise,
    async context => (context.signed ? fetchPart(context.signed, context, dispatcher, explain) : NO_SAMPLE),
  );

async function fetchPart(
  { url }: SignedUrl,
  context: CheckContext,
  dispatcher: Dispatcher,
  explain: ExplainAnswer,
): Promise<Finding> {
  const answer = await plainRequest(url, {
    headers: { range: `bytes=0-${SAMPLE_BYTES - 1}` },
    dispatcher,
    signal: context.signal,
  });
  if (answer.status >= 400) throw explain(answer, context);
  const range = answer.header('content-range');
  if (answer.status !== 206 || !range?.startsWith('bytes 0-')) {
    throw new ProviderError(
      'unexpected',
      `${hostOf(url)} answered a request for the first ${SAMPLE_BYTES} bytes with status ${answer.status}${range ? ` and “${range}”` : ' and no Content-Range'}.`,
      { fix: 'Look for a proxy in front of the storage that does not pass on the Range header.' },
    );
  }
  return { observed: `Status 206, ${range}.` };
}
