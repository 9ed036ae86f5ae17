// What the API takes and shows of this kind.
import { timestamp } from '@mooring/contract';
import { z } from 'zod';

/** Where the data is. `container` is the bucket; `endpoint` has no path and no trailing slash. */
export const s3Location = z
  .object({
    container: z.string().meta({ description: 'The bucket' }),
    prefix: z.string().meta({ description: 'Only keys that begin with this; empty for the whole bucket' }),
    region: z.string().meta({ description: 'Empty: Mooring asks the storage for it' }),
    endpoint: z.url().meta({ description: 'Where the storage answers; https://s3.amazonaws.com for Amazon' }),
    addressing: z
      .enum(['virtual', 'path'])
      .meta({ description: '`virtual`: the bucket is part of the host name. `path`: it begins the path' }),
    browserEndpoint: z
      .string()
      .meta({ description: 'Where browsers reach the same storage; empty: at the endpoint' }),
    payer: z
      .enum(['owner', 'requester'])
      .meta({ description: '`requester`: the bucket is for those who pay for their requests' }),
    bucketOwner: z
      .string()
      .meta({ description: 'The account that must own the bucket, 12 digits; empty: any' }),
  })
  .meta({ id: 'S3Location' });
export type S3Location = z.infer<typeof s3Location>;

/** As typed: any address of the bucket or of an object in it, or the parts. */
export const s3LocationInput = z
  .strictObject({
    url: z.string().meta({ description: 'Such as s3://bucket/prefix, an ARN, or the URL of an object' }),
    container: z.string(),
    prefix: z.string(),
    region: z.string().meta({ description: 'Default: Mooring asks the storage for it' }),
    endpoint: z.string().meta({ description: 'Default: Amazon S3' }),
    addressing: z
      .string()
      .meta({ description: '`virtual` or `path`; default: what the storage is known for' }),
    browserEndpoint: z.string().meta({ description: 'Default: the endpoint' }),
    payer: z.string().meta({ description: '`owner` (default) or `requester`' }),
    bucketOwner: z.string(),
  })
  .partial()
  .meta({ id: 'S3LocationInput' });

// Whether a text is empty is for its field to judge, as every other rule about it.
const roleArn = z.string().meta({ minLength: 1, description: 'arn:aws:iam::ACCOUNT:role/NAME' });
const accessKeyId = z.string().meta({ minLength: 1 });
const secret = z.string().meta({ minLength: 1, writeOnly: true });

/** How Mooring proves to the storage who it is. */
export const s3CredentialInput = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ kind: z.literal('s3-role'), roleArn })
      .meta({ description: 'A role that trusts this installation, with an external id for the workspace' }),
    z
      .strictObject({ kind: z.literal('s3-web-identity'), roleArn })
      .meta({ description: 'A role that trusts the identity token of this installation' }),
    z
      .strictObject({ kind: z.literal('s3-keys'), accessKeyId, secretAccessKey: secret })
      .meta({ description: 'An access key' }),
    z
      .strictObject({
        kind: z.literal('s3-temporary-keys'),
        accessKeyId,
        secretAccessKey: secret,
        sessionToken: secret,
        expiresAt: z.string().optional().meta({ description: 'When they end, if that is known' }),
      })
      .meta({ description: 'Temporary keys: an access key with a session token' }),
  ])
  .meta({ id: 'S3CredentialInput' });
export type S3CredentialInput = z.infer<typeof s3CredentialInput>;

/** What may be shown of a credential: everything but the secret. */
export const s3Credential = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('s3-role'), roleArn }),
    z.object({ kind: z.literal('s3-web-identity'), roleArn }),
    z.object({ kind: z.literal('s3-keys'), accessKeyId }),
    z.object({ kind: z.literal('s3-temporary-keys'), accessKeyId, expiresAt: timestamp.nullable() }),
  ])
  .meta({ id: 'S3Credential' });
export type S3Credential = z.infer<typeof s3Credential>;

/** What this installation has that a role can trust. */
export const s3Offers = z.object({
  principalArn: z
    .string()
    .nullable()
    .meta({ description: 'The identity that assumes roles; null where the operator has set none' }),
  webIdentity: z
    .object({ issuer: z.string(), subject: z.string(), audience: z.string() })
    .nullable()
    .meta({ description: 'What a role must trust for `s3-web-identity`; null where there is none' }),
});
export type S3Offers = z.infer<typeof s3Offers>;

/** How this kind says what changed between syncs. */
export const s3FeedCreate = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('s3-webhook') }).meta({
    description: 'EventBridge, or the storage itself, posts to a URL of Mooring',
  }),
  z
    .strictObject({
      kind: z.literal('sqs'),
      queueUrl: z.url().max(500).meta({
        description:
          'A queue of Amazon SQS, e.g. https://sqs.eu-central-1.amazonaws.com/111122223333/mooring-events',
      }),
    })
    .meta({
      description: 'The bucket sends messages to a queue, which Mooring reads; works behind a firewall',
    }),
]);
export type S3FeedKind = z.infer<typeof s3FeedCreate>['kind'];
