import { createGuard } from '@mooring/storage/server';
import { afterAll, expect, test } from 'vitest';
import { STORAGE_KINDS } from '../../kinds.ts';
import { pureKinds } from '../../platform/kinds.ts';
import { readLocation } from './location.ts';

const kind = pureKinds(STORAGE_KINDS).get('azure');
const open = createGuard({ allowPrivate: true });
const closed = createGuard({ allowPrivate: false });
afterAll(() => Promise.all([open.close(), closed.close()]));

test('a location comes back in its normal form', () => {
  expect(readLocation(kind, { url: 'https://acme.blob.core.windows.net/photos/x/' }, closed)).toEqual({
    account: 'acme',
    endpoint: 'https://acme.blob.core.windows.net',
    container: 'photos',
    prefix: 'x/',
  });
});

test.each([
  [{ account: 'Acme', container: 'photos' }, 'invalid_location', 'location.account', /capital letters/],
  [{ url: 'https://127.0.0.1:10000/acme/photos' }, 'invalid_location', 'location.url', /loopback/],
  [{ url: 'https://[::1]:10000/acme/photos' }, 'invalid_location', 'location.url', /loopback/],
  [
    { account: 'acme', endpoint: 'https://169.254.169.254', container: 'photos' },
    'invalid_location',
    'location.endpoint',
    /link-local/,
  ],
  [
    { url: `AccountName=acme;AccountKey=${'Ab1+/'.repeat(17)}x==` },
    'account_key_refused',
    'location.url',
    /connection string holds an account key/,
  ],
  [
    { url: 'BlobEndpoint=https://acme.blob.core.windows.net/;SharedAccessSignature=sv=1&sig=x' },
    'invalid_location',
    'location.url',
    /connection string/,
  ],
  [
    { url: 'https:\\\\acme.blob.core.windows.net\\photos' },
    'invalid_location',
    'location.url',
    /backslashes/,
  ],
  [{ url: 'http://azurite:10000/acme/photos' }, 'invalid_location', 'location.url', /plain HTTP/],
  [{ account: 'acme', container: 'photos', prefix: 'a\0' }, 'invalid_location', 'location.prefix', /NUL/],
])('%j is refused', (input, code, path, message) => {
  expect(() => readLocation(kind, input, closed)).toThrow(
    expect.objectContaining({
      code,
      message: expect.stringMatching(message),
      fields: [expect.objectContaining({ path })],
    }),
  );
});

test('an endpoint in quotes is taken without them', () => {
  const endpoint = '"https://acme.blob.core.windows.net/"';
  expect(readLocation(kind, { account: 'acme', endpoint, container: 'photos' }, closed)).toMatchObject({
    endpoint: 'https://acme.blob.core.windows.net',
  });
});

test('private addresses and plain HTTP are taken where the operator allows them, metadata services never', () => {
  expect(readLocation(kind, { url: 'http://127.0.0.1:10000/acme/photos' }, open)).toMatchObject({
    account: 'acme',
  });
  expect(() => readLocation(kind, { url: 'http://169.254.169.254/acme/photos' }, open)).toThrow('link-local');
});
