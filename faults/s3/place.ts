import { randomBytes } from 'node:crypto';
import type { ConnectionCreate } from '@mooring/contract';
import { type S3CorsRule, type S3Role, type S3User, startS3 } from '@mooring/emulators/s3';
import { CONTAINER, type Ground, PICTURE, type Place, PREFIX, RENDITIONS } from '../place.ts';

/** What a person may be allowed, by the name of S3’s action. */
type Action = 's3:ListBucket' | 's3:GetObject' | 's3:PutObject' | 's3:DeleteObject';

const ALL: readonly Action[] = ['s3:ListBucket', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'];

/** What allows the actions on every object of the bucket. */
const policyOf = (actions: readonly Action[], prefix = ''): NonNullable<S3User['policy']> => ({
  Statement: actions.map(Action => ({
    Effect: 'Allow',
    Action,
    Resource: `arn:aws:s3:::${CONTAINER}${Action === 's3:ListBucket' ? '' : '/*'}`,
    ...(Action === 's3:ListBucket' && { Condition: { StringLike: { 's3:prefix': `${prefix}*` } } }),
  })),
});

/**
 * A bucket, a user with an access key, and a role, for one cause alone. The user may list and read, pages are allowed,
 * and there is a picture to read.
 */
export async function createS3Place(ground: Ground) {
  const { certificates, origin, sts } = ground;
  const storage = await startS3({ certificates, accounts: sts.accounts });
  const name = randomBytes(6).toString('hex');
  const user: S3User = {
    arn: `arn:aws:iam::444455556666:user/${name}`,
    accessKeyId: `AKIA${name.toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
  };
  const role: S3Role = {
    arn: `arn:aws:iam::444455556666:role/${name}`,
    principalArn: sts.user.arn,
    externalId: null,
  };
  sts.accounts.users.push(user);
  sts.accounts.roles.push(role);
  const grant = (...actions: Action[]): void => {
    user.policy = policyOf(actions);
    role.policy = policyOf(actions);
  };
  grant('s3:ListBucket', 's3:GetObject');
  storage.put(`${PREFIX}a.png`, PICTURE, { contentType: 'image/png' });
  /** The rule that the set-up makes, as changed. */
  const setCors = (changes: Partial<S3CorsRule>): void =>
    storage.setCors([
      {
        AllowedOrigins: [origin],
        AllowedMethods: ['GET', 'HEAD'],
        AllowedHeaders: ['range', 'if-match', 'if-none-match'],
        ExposeHeaders: ['Content-Range', 'Accept-Ranges', 'Content-Encoding', 'ETag'],
        ...changes,
      },
    ]);
  setCors({});
  const stops: (() => Promise<unknown>)[] = [() => storage.stop()];
  const location = { endpoint: storage.endpoint, container: CONTAINER, prefix: PREFIX };
  const keys = {
    kind: 's3-keys',
    accessKeyId: user.accessKeyId,
    secretAccessKey: user.secretAccessKey,
  } as const;

  return {
    ...ground,
    storage,
    role,
    grant,
    setCors,
    keys,
    connection: { name, provider: 's3', location, credential: keys } satisfies ConnectionCreate,
    allowAll: () => grant(...ALL),
    /** Lets the user list what begins with another prefix only. */
    grantElsewhere: () => {
      user.policy = policyOf(['s3:ListBucket', 's3:GetObject'], 'elsewhere/');
    },
    /** At the same storage, with other parts of its location. */
    at: (parts: Record<string, string>) => ({ location: { ...location, ...parts } }),
    /** With the role in the place of the access key. */
    byRole: { credential: { kind: 's3-role', roleArn: role.arn } as const },
    /** With temporary keys of the user that work until then. */
    withTemporaryKeys(endsAt: number) {
      const session = storage.accounts.startSession([user.policy], endsAt);
      const { accessKeyId, secretAccessKey, sessionToken } = session;
      return {
        credential: { kind: 's3-temporary-keys' as const, accessKeyId, secretAccessKey, sessionToken },
      };
    },
    /** Answers requests that match with this error, each time. */
    fail(request: RegExp, status: number, code: string, message?: string): void {
      storage.settings.faults.push({ request, answer: { status, code, ...(message && { message }) } });
    },
    writes: { renditionPrefix: RENDITIONS },
    alsoStop: (stop: () => Promise<unknown>) => void stops.push(stop),
    async stop(): Promise<void> {
      await Promise.all(stops.map(stop => stop()));
    },
  } satisfies Place & Record<string, unknown>;
}
export type S3Place = Awaited<ReturnType<typeof createS3Place>>;
