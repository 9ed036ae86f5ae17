import { createGuard } from '@mooring/storage/server';
import { afterAll, expect, test } from 'vitest';
import { sharedEndpointRefusal } from './shared-endpoint.ts';

const strict = createGuard({ allowPrivate: false });
const relaxed = createGuard({ allowPrivate: true });
afterAll(() => Promise.all([strict.close(), relaxed.close()]));

test.each([
  'https://acme.blob.core.windows.net',
  'https://acme.z07.blob.storage.azure.net',
  'https://acme.blob.core.usgovcloudapi.net',
  'https://acme.blob.core.chinacloudapi.cn',
])('tokens go to %s', endpoint => {
  for (const guard of [strict, relaxed]) expect(sharedEndpointRefusal(endpoint, guard)).toBeNull();
});

test.each(['https://127.0.0.1:10000/acme', 'https://[::1]:10000/acme', 'https://10.1.2.3/acme'])(
  'tokens go to %s where the operator allows it',
  endpoint => {
    expect(sharedEndpointRefusal(endpoint, relaxed)).toBeNull();
    expect(sharedEndpointRefusal(endpoint, strict)?.message).toMatch(/Azure’s own endpoints/);
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
    expect(sharedEndpointRefusal(endpoint, guard)?.message).toMatch(/Azure’s own endpoints/);
});
