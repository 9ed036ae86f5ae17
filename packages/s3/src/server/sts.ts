import type { Clock, Guard } from '@mooring/storage/server';
import { plainRequest } from '@mooring/storage/server';
import { readErrorAnswer } from './error-answer.ts';
import type { S3Errors } from './errors.ts';
import { type Installation, readToken } from './installation.ts';
import type { Session } from './sessions.ts';
import { canonicalQuery, type Keys, signHeaders } from './sigv4.ts';

/** As long as a role that itself runs on a role may have, and as every role allows at first. */
const SESSION_SECONDS = 3600;

export interface StsOptions {
  installation: Installation;
  guard: Guard;
  clock: Clock;
  errors: S3Errors;
}

export interface AssumeOptions {
  roleArn: string;
  /** What the session may do at most, at most 2,048 characters. */
  policy: string;
  container: string;
  /** Null: without one, to see whether the role asks for it. */
  externalId: string | null;
  signal: AbortSignal;
}

/** The service that gives out sessions. https://docs.aws.amazon.com/STS/latest/APIReference/ */
export function createSts({ installation, guard, clock, errors }: StsOptions) {
  async function call(
    where: { region: string; endpoint: string },
    query: Record<string, string | undefined>,
    keys: Keys | null,
    container: string,
    signal: AbortSignal,
  ): Promise<string> {
    const body = canonicalQuery({ Version: '2011-06-15', ...query });
    const { host } = new URL(where.endpoint);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const signed = keys
      ? signHeaders(
          { method: 'POST', host, path: '/', query: '', headers, body },
          keys,
          { region: where.region, service: 'sts' },
          clock.now(),
        )
      : headers;
    const answer = await plainRequest(`${where.endpoint}/`, {
      method: 'POST',
      headers: signed,
      body,
      dispatcher: guard.dispatcher,
      signal,
    });
    const text = answer.body.toString();
    if (answer.status === 200) return text;
    throw errors.explainAnswer(readErrorAnswer(answer.status, answer.header, text), {
      action: 'assume',
      container,
    });
  }

  const placeFor = (arn: string) => {
    const region = regionFor(arn);
    const amazons = `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
    return { region, endpoint: installation.stsEndpoint ?? amazons };
  };

  return {
    /** A session of a role that trusts this installation. @throws ProviderError */
    async assumeRole({ roleArn, policy, container, externalId, signal }: AssumeOptions): Promise<Session> {
      const query = {
        Action: 'AssumeRole',
        RoleArn: roleArn,
        RoleSessionName: 'mooring',
        DurationSeconds: String(SESSION_SECONDS),
        Policy: policy,
        ExternalId: externalId ?? undefined,
      };
      return sessionIn(await call(placeFor(roleArn), query, installation.principal!.keys, container, signal));
    },

    /** A session of a role that trusts the token of this installation. @throws ProviderError */
    async assumeWithToken({
      roleArn,
      policy,
      container,
      signal,
    }: Omit<AssumeOptions, 'externalId'>): Promise<Session> {
      const query = {
        Action: 'AssumeRoleWithWebIdentity',
        RoleArn: roleArn,
        RoleSessionName: 'mooring',
        DurationSeconds: String(SESSION_SECONDS),
        Policy: policy,
        WebIdentityToken: await readToken(installation.webIdentityTokenFile!),
      };
      return sessionIn(await call(placeFor(roleArn), query, null, container, signal));
    },

    /** Who this installation is. Asks nothing of the customer's account. @throws ProviderError */
    async caller(signal: AbortSignal): Promise<string> {
      const { keys, arn } = installation.principal!;
      const text = await call(placeFor(arn), { Action: 'GetCallerIdentity' }, keys, '', signal);
      return tag(text, 'Arn');
    },
  };
}

/** A region of the partition that an ARN is in; roles are known in all of its regions. */
const regionFor = (arn: string): string =>
  arn.startsWith('arn:aws-cn:')
    ? 'cn-north-1'
    : arn.startsWith('arn:aws-us-gov:')
      ? 'us-gov-west-1'
      : 'us-east-1';

function sessionIn(text: string): Session {
  return {
    keys: {
      accessKeyId: tag(text, 'AccessKeyId'),
      secretAccessKey: tag(text, 'SecretAccessKey'),
      sessionToken: tag(text, 'SessionToken'),
    },
    endsAt: new Date(tag(text, 'Expiration')),
  };
}

/** @throws Error, which the caller explains as an answer that is not S3's */
function tag(text: string, name: string): string {
  const value = new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1];
  if (value === undefined) throw new Error(`The answer of the token service has no ${name}.`);
  return value;
}
