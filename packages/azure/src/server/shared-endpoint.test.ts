import { createGuard } from '@mooring/storage/server';
import { afterAll, expect, test } from 'vitest';
import { sharedEndpointRefusal } from './shared-endpoint.ts';

const strict = createGuard({ allowPrivate: false });
const relaxed = createGuard({ allowPrivate: true });
const refusal = (endpoint: string, guard = relaxed, authorityHost = 'https://login.microsoftonline.com') =>
  sharedEndpointRefusal(endpoint, { guard, authorityHost });
afterAll(() => Promise.all([strict.close(), relaxed.close()]));

test.each(['https://acme.blob.core.windows.net', 'https://acme.z07.blob.storage.azure.net'])(
  'tokens go to %s',
  endpoint => {
    for (const guard of [strict, relaxed]) expect(refusal(endpoint, guard)).toBeNull();
  },
);

test.each(['https://127.0.0.1:10000/acme', 'https://[::1]:10000/acme', 'https://10.1.2.3/acme'])(
  'tokens go to %s where the operator allows it',
  endpoint => {
    expect(refusal(endpoint, relaxed)).toBeNull();
    expect(refusal(endpoint, strict)?.message).toMatch(/Azure’s own endpoints/);
  },
);

test.each([
  'http://acme.blob.core.windows.net',
  'http://127.0.0.1:10000/acme',
  'https://blob.core.windows.net.evil.example',
  'https://acmeblob.core.windows.net.evil.example',
  'https://evilblob.core.windows.net',
  'https://evil.example/acme.blob.core.windows.net',
  'https://data.acme.example',
  'https://localhost.evil.example',
  'https://203.0.113.9.nip.io/acme',
  'https://8.8.8.8/acme',
  'https://[2606:4700::1111]/acme',
])('tokens never go to %s', endpoint => {
  for (const guard of [strict, relaxed])
    expect(refusal(endpoint, guard)?.message).toMatch(/Azure’s own endpoints/);
});

test('tokens go to the cloud of the identity only', () => {
  const government = 'https://acme.blob.core.usgovcloudapi.net';
  for (const guard of [strict, relaxed]) {
    expect(refusal(government, guard)).toMatchObject({
      message: expect.stringContaining('The storage is in Azure Government.'),
      field: 'endpoint',
    });
    expect(refusal(government, guard, 'https://login.microsoftonline.us')).toBeNull();
    expect(
      refusal('https://acme.blob.core.windows.net', guard, 'https://login.microsoftonline.us'),
    ).not.toBeNull();
  }
});
