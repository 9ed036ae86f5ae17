import type { CheckContext, CheckDefinition, Guard, Provider } from '@mooring/storage/server';
import {
  type Advise,
  defineCheck,
  type ExplainAnswer,
  endpointChecks,
  fetchCheck,
  listCheck,
  moment,
  ProviderError,
  preflightCheck,
  readChecks,
  signCheck,
  surveyCheck,
  writeCheck,
} from '@mooring/storage/server';
import { readLocation, toParts } from '../location.ts';
import type { S3Location } from '../schemas.ts';
import { corsSnippets } from '../setup/cors.ts';
import { readErrorAnswer } from './error-answer.ts';
import type { S3Errors } from './errors.ts';
import { placeOf } from './urls.ts';

/** The checks of a connection, as far as they apply: a client-only connection neither reads nor writes. */
export function s3Checks(
  location: S3Location,
  { errors, advise }: { errors: S3Errors; advise: Advise },
  provider: Pick<Provider, 'capabilities' | 'list' | 'reader' | 'writer'> & {
    signer: NonNullable<Provider['signer']>;
    credentialCheck: CheckDefinition;
    guard: Guard;
  },
): CheckDefinition[] {
  const { credentialCheck, capabilities, reader, signer, writer, guard } = provider;
  const { dispatcher } = guard;
  const browserEndpoint = location.browserEndpoint || location.endpoint;
  const preflight = {
    dispatcher,
    containerUrl: (container: string) => {
      const { protocol, host, base } = placeOf(
        { ...location, endpoint: browserEndpoint },
        container,
        location.region,
      );
      return `${protocol}//${host}${base}/`;
    },
    mayRead: reader !== null,
    howToAllow:
      'Add a CORS rule to the bucket, before the others. MinIO has no rules for a bucket: there set MINIO_API_CORS_ALLOW_ORIGIN.',
    snippets: ({ container }: CheckContext, origins: readonly string[]) =>
      corsSnippets({ ...location, container }, origins),
  };
  return [
    nameCheck(location, advise),
    ...endpointChecks(location.endpoint, guard, advise),
    credentialCheck,
    listCheck(provider, advise),
    ...(reader ? readChecks(reader, advise) : []),
    signCheck(signer, capabilities, advise),
    ...(reader ? [fetchCheck(dispatcher, explainWith(errors), advise)] : []),
    preflightCheck(preflight, advise),
    ...(writer ? [writeCheck(writer, advise)] : []),
    surveyCheck(
      provider,
      'Restore the objects that you need, or move them to a storage class that reads at once, then run the checks again.',
      advise,
    ),
  ];
}

/** Checks that bucket, endpoint and prefix can exist, before anything is sent. */
const nameCheck = (location: S3Location, advise: Advise): CheckDefinition =>
  defineCheck(
    'name',
    [],
    'A bucket with a name that the storage allows.',
    advise,
    async ({ container, prefix }) => {
      const read = readLocation({ ...toParts(location), container, prefix });
      if (!read.ok) throw new ProviderError('invalid', read.message, { fix: read.fix });
      return {
        observed: `The bucket “${container}” at ${location.endpoint}${prefix && `, below “${prefix}”`}.`,
      };
    },
  );

/** Checks keys that were pasted with a listing of one object. What they may do is for later checks. */
export const keysCheck = (
  list: Provider['list'],
  { accessKeyId, endsAt }: { accessKeyId: string; endsAt: Date | null },
  advise: Advise,
): CheckDefinition =>
  defineCheck('credential', ['name'], 'The storage accepts the access key.', advise, async context => {
    const { container, prefix, signal } = context;
    try {
      await list(container, { prefix, pageSize: 1, signal });
    } catch (error) {
      const isOfOther = error instanceof ProviderError && error.check === 'clock';
      if (!(error instanceof ProviderError) || (error.kind === 'unauthenticated' && !isOfOther)) throw error;
      // The way there, the clock, and what is missing are for their own checks.
      if (error.status === undefined || error.kind === 'unexpected' || isOfOther)
        return { status: 'skipped', observed: 'The storage could not be asked about the key.' };
    }
    const until = endsAt === null ? '' : ` It ends at ${moment(endsAt)}.`;
    return { observed: `The storage knows the access key ${accessKeyId}.${until}` };
  });

const explainWith =
  (errors: S3Errors): ExplainAnswer =>
  ({ status, header, body }, { container, sample }) =>
    errors.explainAnswer(readErrorAnswer(status, header, body.toString()), {
      action: 'read',
      container,
      key: sample!.key,
    });
