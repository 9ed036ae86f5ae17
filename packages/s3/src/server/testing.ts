import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Emulator } from '@mooring/emulators/s3';
import type { ProviderUnderTest } from '@mooring/storage/conformance';
import { ORIGIN, RENDITION_PREFIX } from '@mooring/storage/conformance';
import { createGuard, type Guard, signOne, systemClock } from '@mooring/storage/server';
import type { S3CredentialInput, S3Location } from '../schemas.ts';
import { corsRuleFor } from '../setup/cors.ts';
import { createS3Provider, type S3ProviderOptions } from './provider.ts';

/** A location in the emulator, which only the given parts make different. */
export const locationIn = (
  { endpoint }: Pick<S3Emulator, 'endpoint'>,
  parts: Partial<S3Location> = {},
): S3Location => ({
  ...{ container: 'media', prefix: '', region: '', endpoint, addressing: 'path' },
  ...{ browserEndpoint: '', payer: 'owner', bucketOwner: '' },
  ...parts,
});

export const keysOf = ({ user }: Pick<S3Emulator, 'user'>) =>
  ({ kind: 's3-keys', accessKeyId: user.accessKeyId, secretAccessKey: user.secretAccessKey }) as const;

/** A provider for the emulator, which only the given options make different. */
export const openS3 = (
  storage: Pick<S3Emulator, 'endpoint'>,
  guard: Guard,
  {
    location = {},
    ...options
  }: Omit<Partial<S3ProviderOptions>, 'location'> & {
    credential: S3CredentialInput;
    location?: Partial<S3Location>;
  },
) =>
  createS3Provider({
    location: locationIn(storage, location),
    accessMode: 'server',
    guard,
    clock: systemClock,
    ...options,
  });

/** Makes the emulator a subject of the conformance suite. */
export function s3UnderTest(
  storage: S3Emulator,
  {
    right,
    wrong,
    ...options
  }: Partial<Omit<S3ProviderOptions, 'location'>> & {
    right: S3CredentialInput;
    wrong: S3CredentialInput;
  },
): ProviderUnderTest {
  const guard = createGuard({ allowPrivate: true });
  storage.createBucket('empty');
  storage.setCors([corsRuleFor([ORIGIN])]);
  const open = (credential: S3CredentialInput, more: Partial<Omit<S3ProviderOptions, 'location'>> = {}) =>
    openS3(storage, guard, { renditionPrefix: RENDITION_PREFIX, ...options, credential, ...more });
  return {
    provider: open(right),
    container: 'media',
    emptyContainer: 'empty',
    reopen: () => open(right),
    withWrongCredential: () => open(wrong),
    clientOnly: () => open(right, { accessMode: 'client-only' }),
    put: async (key, body, contentType) => void storage.put(key, body, { contentType }),
    remove: async key => storage.remove(key),
    async fill(keys) {
      for (const key of keys) storage.put(key, 'small');
    },
    signBriefly: key =>
      signOne(open(right).signer!, { container: 'media', key, now: new Date(), seconds: 3 }),
    pass: moment => sleep(Math.max(0, moment.getTime() - Date.now() + 50)),
    now: () => new Date(),
    dispatcher: guard.dispatcher,
    async stop() {
      await guard.close();
      await storage.stop();
    },
  };
}
