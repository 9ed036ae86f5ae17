import type { AccessMode } from '@mooring/contract';
import type { CheckDefinition, Clock, Guard, OwnerMark, Provider, TakeTurn } from '@mooring/storage/server';
import { defineCheck, ProviderError } from '@mooring/storage/server';
import { markerKeyOf } from '../kind/ownership.ts';
import type { S3Credential, S3CredentialInput, S3Location } from '../schemas.ts';
import { isAmazon } from '../services.ts';
import { policyFor } from '../setup/policy.ts';
import { json } from '../setup/quote.ts';
import { createS3Advice } from './advice.ts';
import { keysCheck, s3Checks } from './checks.ts';
import { createS3Errors } from './errors.ts';
import { type Installation, NO_INSTALLATION, readToken } from './installation.ts';
import { createLister } from './lister.ts';
import { createMessageQueue } from './messages.ts';
import { externalIdMark, markerMark } from './owner-marks.ts';
import { queuePolicy } from './queue-address.ts';
import { MOST_ENTRIES } from './read-page.ts';
import { createReader } from './reader.ts';
import { createRegions } from './region.ts';
import { createSender } from './send.ts';
import { lastingSession, roleSessions, type Session, type Sessions } from './sessions.ts';
import { createSigner } from './signer.ts';
import { createSts } from './sts.ts';
import { createWriter } from './writer.ts';

export interface S3ProviderOptions {
  location: S3Location;
  credential: S3CredentialInput;
  accessMode: AccessMode;
  /** Below which renditions may be written; ends in `/`. By default nothing is written. */
  renditionPrefix?: string | null;
  /** The external ids of the workspace; by default none. */
  ownershipTokens?: readonly string[];
  /** What roles can trust; by default nothing. */
  installation?: Installation;
  /** What large answers wait for; by default for nothing. */
  takeTurn?: TakeTurn;
  guard: Guard;
  /** For requests to the service that gives out sessions; default: `guard`. */
  signInGuard?: Guard;
  clock: Clock;
}

/** A bucket of a storage that speaks S3. Every URL is signed for one object. */
export function createS3Provider(options: S3ProviderOptions): Provider {
  const { location, credential, accessMode, guard, clock } = options;
  const { renditionPrefix = null, takeTurn = async () => () => {} } = options;
  const shown = shownOf(credential);
  const errors = createS3Errors(location, shown);
  const advise = createS3Advice(location, shown, renditionPrefix);
  const regions = createRegions(location, guard);
  const access = accessOf(options, errors);
  const { sessions } = access;
  const sender = createSender({
    location,
    regions,
    sessions,
    errors,
    dispatcher: guard.dispatcher,
    bulkDispatcher: guard.bulkDispatcher,
    takeTurn,
    clock,
  });
  const list = createLister(sender);
  const anyReader = createReader(sender, errors);
  const reader = accessMode === 'server' ? anyReader : null;
  const writer = reader && renditionPrefix ? createWriter(sender, renditionPrefix) : null;
  const signer = createSigner(location, { regions, sessions });
  const capabilities: Provider['capabilities'] = {
    list: {
      delimiter: true,
      maxPageSize: MOST_ENTRIES,
      ordered: true,
      // Whether another store knows `start-after` turns out with the first range.
      ranges: isAmazon(location.endpoint) ? 'both' : 'start',
      lowerBound: 'exclusive',
      contentTypes: false,
    },
    read: reader !== null,
    write: writer !== null,
    sign: 'object',
    signsType: true,
  };
  const credentialCheck = access.check(list, advise);
  return {
    kind: 's3',
    capabilities,
    list,
    reader,
    signer,
    writer,
    messages: createMessageQueue(location, { sessions: access.queues, errors, guard, takeTurn, clock }),
    ownerMarks: access.marks(anyReader),
    checks: s3Checks(
      location,
      { errors, advise },
      { credentialCheck, capabilities, list, reader, signer, writer, guard },
    ),
    advise,
    // Sockets belong to the guard, which others share.
    async close() {},
  };
}

/** What may be shown of a credential. */
export function shownOf(credential: S3CredentialInput): S3Credential {
  switch (credential.kind) {
    case 's3-role':
    case 's3-web-identity':
      return credential;
    case 's3-keys':
      return { kind: credential.kind, accessKeyId: credential.accessKeyId };
    case 's3-temporary-keys':
      return {
        kind: credential.kind,
        accessKeyId: credential.accessKeyId,
        expiresAt: credential.expiresAt ?? null,
      };
  }
}

/** What differs by credential. */
interface Access {
  /** By bucket. */
  sessions: Sessions;
  /** By the ARN of a queue of messages. */
  queues: Sessions;
  check(list: Provider['list'], advise: Provider['advise']): CheckDefinition;
  marks(reader: NonNullable<Provider['reader']>): OwnerMark[];
}

/** The longest policy that narrows a session. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const MOST_POLICY_CHARS = 2048;
/** A session is not waited for longer. */
const SECONDS = 30;

function accessOf(options: S3ProviderOptions, errors: ReturnType<typeof createS3Errors>): Access {
  const { credential, location, clock, guard, signInGuard = guard, ownershipTokens: tokens = [] } = options;
  const { installation = NO_INSTALLATION, renditionPrefix = null } = options;
  if (credential.kind === 's3-keys' || credential.kind === 's3-temporary-keys') {
    const { accessKeyId, secretAccessKey } = credential;
    const isTemporary = credential.kind === 's3-temporary-keys';
    const sessionToken = isTemporary ? credential.sessionToken : undefined;
    const endsAt = isTemporary && credential.expiresAt ? new Date(credential.expiresAt) : null;
    const sessions = lastingSession({ keys: { accessKeyId, secretAccessKey, sessionToken }, endsAt });
    return {
      sessions,
      queues: sessions,
      check: (list, advise) => keysCheck(list, { accessKeyId, endsAt }, advise),
      marks: () => [],
    };
  }

  const { roleArn } = credential;
  const sts = createSts({ installation, guard: signInGuard, clock, errors });
  const policyOf = (container: string, markerKeys: readonly string[]): string => {
    const policy = json(policyFor({ location: { ...location, container }, renditionPrefix, markerKeys }));
    if (policy.length <= MOST_POLICY_CHARS) return policy;
    throw new ProviderError(
      'invalid',
      `The prefix is too long: the policy that narrows each session to it has ${policy.length} characters, and AWS takes ${MOST_POLICY_CHARS}.`,
      {
        fix: 'Connect a shorter prefix.',
        check: 'name',
      },
    );
  };
  if (credential.kind === 's3-web-identity') {
    requireOffered(installation.webIdentityTokenFile !== null);
    const assume = (container: string, policy: string): Promise<Session> =>
      sts.assumeWithToken({ roleArn, container, policy, signal: AbortSignal.timeout(SECONDS * 1000) });
    return {
      sessions: roleSessions(
        async container => assume(container, policyOf(container, tokens.map(markerKeyOf))),
        clock,
      ),
      queues: roleSessions(queueArn => assume(queueArn, json(queuePolicy(queueArn))), clock),
      check: (_, advise) =>
        defineCheck('credential', ['name'], 'This installation has an identity token.', advise, async () => {
          await readToken(installation.webIdentityTokenFile!);
          return { observed: 'This installation has an identity token for AWS.' };
        }),
      marks: reader => [markerMark(tokens, reader)],
    };
  }

  requireOffered(installation.principal !== null);
  const assume = async (
    container: string,
    externalId: string | null,
    signal: AbortSignal,
    policy = policyOf(container, []),
  ): Promise<Session> => sts.assumeRole({ roleArn, container, externalId, signal, policy });
  /** With the token of the workspace; where the keys of the installation have changed, with an older one. */
  const assumeWithAny = async (container: string, policy?: string): Promise<Session> => {
    let refusal: unknown = new ProviderError('unauthenticated', 'The workspace has no external id.', {
      fix: 'Report this.',
    });
    for (const token of tokens) {
      try {
        return await assume(container, token, AbortSignal.timeout(SECONDS * 1000), policy);
      } catch (error) {
        if (!(error instanceof ProviderError && error.serviceCode === 'AccessDenied')) throw error;
        refusal = error;
      }
    }
    throw refusal;
  };
  return {
    sessions: roleSessions(container => assumeWithAny(container), clock),
    queues: roleSessions(queueArn => assumeWithAny(queueArn, json(queuePolicy(queueArn))), clock),
    check: (_, advise) =>
      defineCheck('credential', ['name'], 'AWS knows this installation.', advise, async ({ signal }) => ({
        observed: `AWS knows this installation as ${await sts.caller(signal)}.`,
      })),
    marks: () => [externalIdMark(tokens, assume)],
  };
}

function requireOffered(isOffered: boolean): void {
  if (isOffered) return;
  throw new ProviderError('unauthenticated', 'This installation has no identity that a role could trust.', {
    fix: 'Ask the operator of Mooring to set one, or use an access key.',
    check: 'credential',
  });
}
