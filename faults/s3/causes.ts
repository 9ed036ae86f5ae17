import type { CheckId } from '@mooring/contract';
import type { Cause } from '../cause.ts';
import { CONTAINER, PREFIX } from '../place.ts';
import { showPages } from '../servers.ts';
import type { S3Place } from './place.ts';

const HOUR_MS = 3_600_000;

// What depends on a layer. A signed URL is made without asking the storage.
const AFTER_LIST: CheckId[] = ['head', 'range', 'sign', 'fetch', 'preflight', 'survey'];
const AFTER_CREDENTIAL: CheckId[] = ['list', ...AFTER_LIST];
/** With a role all but its own name waits for the proof of ownership. */
const AFTER_OWNERSHIP: CheckId[] = ['dns', 'tls', 'clock', ...AFTER_CREDENTIAL];
/** What cannot be tried without an object. */
const NO_SAMPLE: CheckId[] = ['head', 'range', 'sign', 'fetch'];
const AFTER_FETCH_IN_BROWSER: CheckId[] = ['range', 'headers', 'media'];

const CORS = 'put-bucket-cors';
const LISTING = new RegExp(`^GET /${CONTAINER}/?$`);
const OBJECTS = new RegExp(`^(GET|HEAD) /${CONTAINER}/${PREFIX}`);

/** What can be wrong with a bucket of S3. */
export const s3Causes: Cause<S3Place>[] = [
  // The way to the storage.
  {
    cause: 'the endpoint is the console of the storage',
    connect: async place => place.at({ endpoint: `https://${await showPages(place)}` }),
    server: {
      check: 'list',
      says: 'but not as S3 does',
      fix: 'A proxy, a console or another service',
      skipped: ['credential', ...AFTER_LIST],
    },
  },
  {
    cause: 'the clock of Mooring is behind, so that signatures count as old',
    breaks({ storage }) {
      storage.settings.aheadMs = 20 * 60_000;
    },
    server: {
      check: 'clock',
      says: '20 minutes behind',
      fix: 'timedatectl set-ntp true',
      skipped: ['credential', ...AFTER_CREDENTIAL],
    },
  },

  // Who Mooring is.
  {
    cause: 'the access key was deleted',
    connect: ({ keys }) => ({ credential: { ...keys, accessKeyId: 'AKIADELETED000000000' } }),
    server: {
      check: 'credential',
      says: 'does not know the access key',
      fix: 'whether the key was deleted',
      skipped: AFTER_CREDENTIAL,
    },
  },
  {
    cause: 'the secret access key is wrong',
    connect: ({ keys }) => ({ credential: { ...keys, secretAccessKey: 'not/the/secret+of/this/key' } }),
    server: {
      check: 'credential',
      says: 'does not accept the signature',
      fix: 'Paste the secret access key again',
      skipped: AFTER_CREDENTIAL,
    },
  },
  {
    cause: 'the temporary keys have ended',
    connect: ({ withTemporaryKeys }) => withTemporaryKeys(Date.now() - 1000),
    server: {
      check: 'credential',
      says: 'has ended',
      fix: 'replace the credential of the connection',
      skipped: AFTER_CREDENTIAL,
    },
  },
  {
    cause: 'the session token is that of other keys',
    connect({ withTemporaryKeys }) {
      const [one, other] = [withTemporaryKeys(Date.now() + HOUR_MS), withTemporaryKeys(Date.now() + HOUR_MS)];
      return { credential: { ...one.credential, sessionToken: other.credential.sessionToken } };
    },
    server: {
      check: 'credential',
      says: 'The session token of the access key',
      fix: 'Copy the session token again',
      skipped: AFTER_CREDENTIAL,
    },
  },
  {
    cause: 'temporary keys are pasted that are over',
    connect({ withTemporaryKeys }) {
      const expiresAt = new Date(Date.now() - HOUR_MS).toISOString();
      return { credential: { ...withTemporaryKeys(Date.now() - HOUR_MS).credential, expiresAt } };
    },
    refused: { code: 'temporary_keys_ended', says: 'These keys ended at', fix: 'Make new ones' },
  },
  {
    cause: 'temporary keys are pasted without their session token',
    connect: ({ keys }) => ({ credential: { ...keys, accessKeyId: 'ASIAIOSFODNN7EXAMPLE' } }),
    refused: { code: 'access_key_malformed', says: 'a temporary key', fix: 'paste the session token too' },
  },
  {
    cause: 'the id of the access key is pasted twice',
    connect: ({ keys }) => ({ credential: { ...keys, secretAccessKey: 'AKIAIOSFODNN7EXAMPLE' } }),
    refused: { code: 'access_key_malformed', says: 'not its secret', fix: 'Secret access key' },
  },
  {
    cause: 'the ARN is that of a user',
    connect: () => ({ credential: { kind: 's3-role', roleArn: 'arn:aws:iam::444455556666:user/mooring' } }),
    refused: { code: 'role_malformed', says: 'the ARN of a user', fix: 'from the page of the role' },
  },
  {
    cause: 'the role asks for no external id, so that every workspace could use it',
    connect: ({ byRole }) => byRole,
    server: {
      check: 'ownership',
      says: 'Nothing says that the owner',
      fix: 'sts:ExternalId',
      skipped: AFTER_OWNERSHIP,
    },
  },
  {
    cause: 'the role no longer trusts Mooring',
    connect: ({ byRole }) => byRole,
    async later({ role }, { connection, client }) {
      role.externalId = connection.ownership!.token;
      await client.runChecks(connection.id);
      role.principalArn = 'arn:aws:iam::999999999999:user/other';
    },
    server: {
      check: 'ownership',
      says: 'is gone',
      fix: 'the trust policy names the identity of this installation',
      skipped: AFTER_OWNERSHIP,
    },
  },

  // What it may do.
  {
    cause: 'the user’s policy does not allow to list',
    breaks: ({ grant }) => grant('s3:GetObject'),
    server: {
      check: 'list',
      says: 'may not list the bucket',
      fix: 's3:ListBucket',
      skipped: AFTER_LIST,
    },
  },
  {
    cause: 'the user’s policy is for another prefix',
    breaks: ({ grantElsewhere }) => grantElsewhere(),
    server: { check: 'list', says: 'may not list the bucket', fix: `"${PREFIX}*"`, skipped: AFTER_LIST },
  },
  {
    cause: 'the user’s policy does not allow to read',
    breaks: ({ grant }) => grant('s3:ListBucket'),
    server: {
      check: 'head',
      says: 'may not read',
      fix: 'Grant s3:GetObject',
      skipped: ['range', 'fetch'],
    },
  },
  {
    cause: 'the user’s policy does not allow to write',
    connect: ({ writes }) => writes,
    server: { check: 'write', says: 'may not write', fix: 'Grant s3:PutObject', skipped: [] },
  },
  {
    cause: 'the user’s policy does not allow to delete',
    breaks: ({ grant }) => grant('s3:ListBucket', 's3:GetObject', 's3:PutObject'),
    connect: ({ writes }) => writes,
    server: { check: 'write', says: 'could not be deleted', fix: 's3:DeleteObject', skipped: [] },
  },
  {
    cause: 'the role’s policy does not allow to list',
    breaks: ({ grant }) => grant('s3:GetObject'),
    connect: ({ byRole }) => byRole,
    later({ role }, { connection }) {
      role.externalId = connection.ownership!.token;
    },
    server: {
      check: 'list',
      says: 'The role arn:aws:iam::444455556666:role/',
      fix: 's3:ListBucket',
      skipped: AFTER_LIST,
    },
  },
  {
    cause: 'the key of KMS is not for this user',
    breaks: ({ fail }) =>
      fail(
        OBJECTS,
        403,
        'AccessDenied',
        'User: arn:aws:iam::444455556666:user/reader is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext',
      ),
    server: { check: 'head', says: 'perform: kms:Decrypt', fix: 'kms:Decrypt', skipped: ['range', 'fetch'] },
  },
  {
    cause: 'the key of KMS is disabled',
    breaks: ({ fail }) => fail(OBJECTS, 400, 'KMS.DisabledException'),
    server: {
      check: 'head',
      says: 'The key of KMS that encrypts',
      fix: 'Enable the key in KMS',
      skipped: ['range', 'fetch'],
    },
  },
  {
    cause: 'objects are encrypted with a key of the customer',
    breaks: ({ fail }) =>
      fail(
        OBJECTS,
        400,
        'InvalidRequest',
        'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
      ),
    server: {
      check: 'head',
      says: 'a form of Server Side Encryption',
      fix: 'SSE-C',
      skipped: ['range', 'fetch'],
    },
  },
  {
    cause: 'those who ask pay for requests, and the connection does not say so',
    breaks({ storage }) {
      storage.settings.requesterPays = true;
    },
    server: { check: 'list', says: 'may not list the bucket', fix: 'Requester Pays', skipped: AFTER_LIST },
  },
  {
    cause: 'the bucket belongs to another account than expected',
    connect: ({ at }) => at({ bucketOwner: '123456789012' }),
    server: {
      check: 'list',
      says: 'may not list the bucket',
      fix: 'belongs to the account 123456789012',
      skipped: AFTER_LIST,
    },
  },
  {
    cause: 'the account of the bucket is suspended',
    breaks: ({ fail }) => fail(LISTING, 403, 'AllAccessDisabled'),
    server: { check: 'list', says: 'is switched off', fix: 'owner of the account', skipped: AFTER_LIST },
  },
  {
    cause: 'the bucket’s name is wrong',
    connect: ({ at }) => at({ container: 'medai' }),
    server: {
      check: 'list',
      says: 'There is no bucket “medai”',
      fix: 'Check the name of the bucket',
      skipped: AFTER_LIST,
    },
  },
  {
    cause: 'the bucket is throttled',
    breaks: ({ fail }) => fail(LISTING, 503, 'SlowDown'),
    server: {
      check: 'list',
      says: 'asks for fewer requests',
      fix: 'allows more requests step by step',
      skipped: AFTER_LIST,
    },
  },

  // What is there.
  {
    cause: 'the prefix differs in a capital letter',
    breaks: ({ allowAll }) => allowAll(),
    connect: ({ at }) => at({ prefix: 'Photos/' }),
    server: {
      check: 'survey',
      status: 'warning',
      says: 'begins with “Photos/”',
      fix: 'capitals count',
      skipped: NO_SAMPLE,
    },
  },
  {
    cause: 'the objects are in Glacier',
    breaks({ storage }) {
      storage.remove(`${PREFIX}a.png`);
      storage.put(`${PREFIX}a.png`, 'deep below', { storageClass: 'DEEP_ARCHIVE' });
    },
    server: {
      check: 'survey',
      status: 'warning',
      says: 'archive tier',
      fix: 'Restore the objects',
      skipped: NO_SAMPLE,
    },
  },
  {
    cause: 'Intelligent-Tiering has archived the objects',
    breaks({ storage, fail }) {
      storage.put(`${PREFIX}a.png`, 'asleep', { storageClass: 'INTELLIGENT_TIERING' });
      fail(new RegExp(`^GET /${CONTAINER}/${PREFIX}`), 403, 'InvalidObjectState');
    },
    server: { check: 'range', says: 'is archived', fix: 'Restore the object', skipped: ['fetch'] },
  },
  {
    cause: 'there are only folders that the console has made',
    breaks({ storage }) {
      storage.remove(`${PREFIX}a.png`);
      storage.put(`${PREFIX}2026/`, '');
    },
    server: {
      check: 'survey',
      status: 'warning',
      says: 'placeholder of directories',
      fix: 'Upload a file',
      skipped: NO_SAMPLE,
    },
  },

  // What browsers may do.
  {
    cause: 'the bucket has no CORS rule',
    breaks: ({ storage }) => storage.setCors([]),
    server: { check: 'preflight', says: 'No CORS rule allows the origin', fix: CORS, skipped: [] },
    browser: { check: 'fetch', says: 'CORS: No CORS rule', fix: CORS, skipped: AFTER_FETCH_IN_BROWSER },
  },
  {
    cause: 'the origin of the bucket’s CORS rule ends in a slash',
    breaks: ({ setCors, origin }) => setCors({ AllowedOrigins: [`${origin}/`] }),
    server: { check: 'preflight', says: 'with a slash at its end', fix: CORS, skipped: [] },
    browser: { check: 'fetch', says: 'with a slash at its end', fix: CORS, skipped: AFTER_FETCH_IN_BROWSER },
  },
  {
    cause: 'the bucket’s CORS rule is for uploads',
    breaks: ({ setCors }) => setCors({ AllowedMethods: ['PUT'] }),
    server: { check: 'preflight', says: 'the method PUT, but not GET', fix: CORS, skipped: [] },
    browser: {
      check: 'fetch',
      says: 'the method PUT, but not GET',
      fix: CORS,
      skipped: AFTER_FETCH_IN_BROWSER,
    },
  },
  {
    cause: 'the bucket’s CORS rule exposes the ETag alone',
    breaks: ({ setCors }) => setCors({ ExposeHeaders: ['ETag'] }),
    server: {
      check: 'preflight',
      says: 'does not expose the header Content-Range',
      fix: CORS,
      skipped: [],
    },
    browser: { check: 'headers', says: 'cannot read Content-Range', fix: CORS, skipped: [] },
  },
  {
    cause: 'the bucket’s policy admits the address of Mooring’s server alone',
    breaks({ storage }) {
      storage.settings.browsersAdmitted = false;
    },
    browser: {
      check: 'fetch',
      says: 'accepts Mooring’s server and not this browser',
      fix: 'aws:SourceIp',
      skipped: AFTER_FETCH_IN_BROWSER,
    },
  },
  {
    cause: 'the endpoint for browsers is a name that only the server knows',
    // Chromium runs with a rule that this name does not exist.
    connect: ({ at, storage }) => at({ browserEndpoint: storage.endpoint.replace('127.0.0.1', 'localhost') }),
    browser: {
      check: 'fetch',
      says: 'private endpoint',
      fix: 'Endpoint for browsers',
      skipped: AFTER_FETCH_IN_BROWSER,
    },
  },
];
