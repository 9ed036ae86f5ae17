import type { StorageKind } from '@mooring/storage';
import { s3BrowserAdvice } from '../browser-advice.ts';
import { S3_PROBLEMS } from '../problems.ts';
import {
  type S3Credential,
  type S3CredentialInput,
  type S3Location,
  s3Credential,
  s3CredentialInput,
  s3FeedCreate,
  s3Location,
  s3LocationInput,
  s3Offers,
} from '../schemas.ts';
import { s3Secrets } from '../secrets.ts';
import { setupRequest } from '../setup/schema.ts';
import { s3Credentials } from './credentials.ts';
import { s3Feeds } from './feeds.ts';
import { s3LocationRules } from './location-rules.ts';
import { s3Ownership } from './ownership.ts';
import { howToRevoke } from './revoke.ts';
import { s3Setup } from './setup-rules.ts';

/** Amazon S3, and everything that speaks like it: MinIO, Ceph, R2, Wasabi, B2. */
export const s3: StorageKind<S3Location, S3Credential, S3CredentialInput> = {
  id: 's3',
  words: {
    service: 'Amazon S3 or S3-compatible storage',
    cloud: 'AWS',
    container: 'bucket',
    events: 'S3',
    needs:
      'the address of a bucket in Amazon S3 or in a storage that speaks S3, and a role or an access key that may read it',
  },
  api: {
    id: 's3',
    schemas: {
      Location: s3Location,
      LocationInput: s3LocationInput,
      Credential: s3Credential,
      CredentialInput: s3CredentialInput,
      KindOffers: s3Offers,
      FeedCreate: s3FeedCreate,
      SetupRequest: setupRequest,
    },
    problems: S3_PROBLEMS,
  },
  location: s3LocationRules,
  credentials: s3Credentials,
  setup: s3Setup,
  secrets: s3Secrets,
  ownership: s3Ownership,
  feeds: s3Feeds,
  addresses: null,
  inventory: null,
  browserAdvice: s3BrowserAdvice,
  revoke: howToRevoke,
};
