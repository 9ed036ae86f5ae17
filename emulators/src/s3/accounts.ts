import { randomBytes } from 'node:crypto';
import { accessDenied, S3Failure } from './errors.ts';
import { allows, type Policy, type Wanted } from './policy.ts';
import type { Signed } from './signature.ts';

export interface S3User {
  arn: string;
  accessKeyId: string;
  secretAccessKey: string;
  policy?: Policy;
}

export interface S3Role {
  arn: string;
  /** Who may assume it; of a web identity, its token. */
  principalArn: string;
  /** What its trust policy asks for; null: nothing. */
  externalId: string | null;
  policy?: Policy;
}

interface Session {
  secretAccessKey: string;
  sessionToken: string;
  endsAt: number;
  /** All of them must allow. */
  policies: Policy[];
}

/** Who may do what. */
export class Accounts {
  readonly users: S3User[] = [];
  readonly roles: S3Role[] = [];
  readonly #sessions = new Map<string, Session>();

  /** @throws S3Failure where the keys are not known, or the signature is not theirs */
  authenticate(signed: Signed, now: number): { may(wanted: Wanted): boolean; arn: string } {
    const user = this.users.find(({ accessKeyId }) => accessKeyId === signed.accessKeyId);
    const session = this.#sessions.get(signed.accessKeyId);
    const secret = user?.secretAccessKey ?? session?.secretAccessKey;
    if (secret === undefined)
      throw new S3Failure(
        403,
        'InvalidAccessKeyId',
        'The AWS Access Key Id you provided does not exist in our records.',
      );
    if (!signed.matches(secret))
      throw new S3Failure(
        403,
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      );
    if ((session?.sessionToken ?? null) !== signed.sessionToken)
      throw new S3Failure(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.');
    if (session && now >= session.endsAt)
      throw new S3Failure(400, 'ExpiredToken', 'The provided token has expired.');
    const policies = session?.policies ?? [user!.policy];
    return { may: wanted => policies.every(policy => allows(policy, wanted)), arn: user?.arn ?? 'session' };
  }

  /** Temporary keys, as single sign-on gives them. */
  startSession(policies: Policy[], endsAt: number) {
    const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const session = {
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(300).toString('base64'),
      endsAt,
      policies,
    };
    this.#sessions.set(accessKeyId, session);
    return { accessKeyId, ...session };
  }

  /** AssumeRole. STS says no more than that it may not. @throws S3Failure */
  assume(callerArn: string, query: URLSearchParams, now: number) {
    const arn = query.get('RoleArn');
    const role = this.roles.find(role => role.arn === arn);
    const isTrusted =
      role?.principalArn === callerArn &&
      (role.externalId === null || role.externalId === query.get('ExternalId'));
    if (!role || !isTrusted)
      throw accessDenied(
        `User: ${callerArn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      );
    const policy = query.get('Policy');
    if (policy !== null && policy.length > 2048)
      throw new S3Failure(400, 'PackedPolicyTooLarge', 'Packed policy consumes more than allotted space.');
    if (policy !== null && /[^\t\n\r\u0020-\u00ff]/.test(policy))
      throw new S3Failure(
        400,
        'ValidationError',
        "1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+",
      );
    const narrowed: Policy = policy === null ? undefined : JSON.parse(policy);
    const seconds = Number(query.get('DurationSeconds') ?? 3600);
    if (seconds > 3600)
      throw new S3Failure(
        400,
        'ValidationError',
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      );
    return this.startSession([role.policy, narrowed], now + seconds * 1000);
  }
}
