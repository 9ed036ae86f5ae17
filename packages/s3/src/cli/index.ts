import type { Credential } from '@mooring/contract';
import type { CliKind } from '@mooring/storage/cli';
import { s3 } from '../kind/index.ts';
import type { S3Credential } from '../schemas.ts';
import { SETUP_FORMATS } from '../setup/schema.ts';

/** Amazon S3 and what speaks like it, on the command line. */
export const s3Cli: CliKind = {
  kind: s3,
  location: {
    options: [
      { flags: '--bucket <name>', description: 'the bucket', field: 'container' },
      { flags: '--prefix <prefix>', description: 'only keys that begin with this', field: 'prefix' },
      {
        flags: '--endpoint <url>',
        description: 'where the storage answers, if it is not Amazon S3',
        field: 'endpoint',
      },
      {
        flags: '--region <name>',
        description: 'the region of the bucket (default: Mooring asks the storage)',
        field: 'region',
      },
      {
        flags: '--addressing <style>',
        description: 'path or virtual: where the name of the bucket stands',
        field: 'addressing',
      },
      {
        flags: '--browser-endpoint <url>',
        description: 'where browsers reach the storage, if not at the endpoint',
        field: 'browserEndpoint',
      },
      {
        flags: '--payer <who>',
        description: 'requester: for a bucket whose requesters pay',
        field: 'payer',
      },
      {
        flags: '--bucket-owner <account>',
        description: 'the account that the bucket must belong to',
        field: 'bucketOwner',
      },
    ],
    help: 'any address of the bucket or of an object in it',
    example: 's3://acme-media/2026/',
    instead: '--bucket',
  },
  credential: {
    options: [
      {
        flags: '--role-arn <arn>',
        description: 'a role that trusts this installation',
        field: 'roleArn',
        gives: 'a role',
      },
      {
        flags: '--web-identity',
        description: 'assume the role with the identity token of this installation',
        way: 's3-web-identity',
      },
      {
        flags: '--access-key-id <id>',
        description: 'the id of an access key',
        field: 'accessKeyId',
        gives: 'an access key',
      },
      {
        flags: '--secret-access-key-file <file>',
        description: 'its secret, in a file',
        field: 'secretAccessKey',
        isFile: true,
        gives: 'a secret access key',
      },
      {
        flags: '--secret-access-key <key>',
        description: 'the secret itself; all users of this machine can see it',
        field: 'secretAccessKey',
        gives: 'a secret access key',
      },
      {
        flags: '--session-token-file <file>',
        description: 'the session token of temporary keys, in a file',
        field: 'sessionToken',
        isFile: true,
        gives: 'a session token',
      },
      {
        flags: '--session-token <token>',
        description: 'that token itself; all users of this machine can see it',
        field: 'sessionToken',
        gives: 'a session token',
      },
      {
        flags: '--keys-expire-at <time>',
        description: 'when temporary keys end',
        field: 'expiresAt',
        gives: 'the end of temporary keys',
      },
    ],
    ways: [
      { id: 's3-role', hint: 'no key changes hands' },
      { id: 's3-web-identity' },
      { id: 's3-keys', hint: 'works with every storage' },
      { id: 's3-temporary-keys', hint: 'for trying it out' },
    ],
    environment: { secretAccessKey: 'AWS_SECRET_ACCESS_KEY', sessionToken: 'AWS_SESSION_TOKEN' },
    questions: {},
    help: `The credential is one of
  --role-arn                                       a role that trusts this installation with an external id
  --role-arn --web-identity                        a role that trusts its identity token
  --access-key-id --secret-access-key-file         an access key
  the same and --session-token-file                temporary keys
Secrets come from a file (- for standard input), from AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or from a hidden
question.`,
    missing: 'Give --role-arn, or --access-key-id and --secret-access-key-file. See --help for others.',
  },
  examples: {
    add: [
      's3://acme-media/raw/ --role-arn arn:aws:iam::111122223333:role/Mooring',
      '--endpoint https://minio.example:9000 --bucket media --access-key-id mooring --secret-access-key-file key.txt',
    ],
    setup: ['s3://acme-media/raw/ > setup.sh', '--connection media --format terraform > main.tf'],
  },
  setup: {
    options: [
      {
        flags: '--identity <kind>',
        description: 'the identity that gets access',
        choices: ['role', 'web-identity', 'user'],
      },
      { flags: '--event-queue <name>', description: 'a queue of SQS to send changes to' },
    ],
    formats: SETUP_FORMATS,
    request({ identity, eventQueue = null }, { stored, make }) {
      const kind = identity === undefined ? null : WAYS[identity as keyof typeof WAYS];
      const of: Credential = kind ? { kind } : (stored ?? { kind: 's3-keys' });
      return { ok: true, value: { ...make(of, kind === null && stored !== null), eventQueue } };
    },
  },
  feeds: {
    options: [
      {
        flags: '--queue <url>',
        description: 'a queue of SQS to read (default: a URL to post to)',
        field: 'queueUrl',
      },
    ],
    help: `Follows changes that a bucket reports. EventBridge, or a storage such as MinIO, posts them to a URL of Mooring. Or
the bucket puts them into a queue of SQS that Mooring reads. The queue works behind a firewall.`,
  },
  consent: null,
  inventory: null,
  describe(credential, when) {
    const known = credential as S3Credential;
    const ends = 'expiresAt' in known && known.expiresAt ? `, ${when(known.expiresAt)}` : '';
    return `${s3.credentials.describe(known).replace(/^the /, '')}${ends}`;
  },
};

const WAYS = { role: 's3-role', 'web-identity': 's3-web-identity', user: 's3-keys' } as const;
