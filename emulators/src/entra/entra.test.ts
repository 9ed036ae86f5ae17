import { ClientSecretCredential } from '@azure/identity';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Certificates, createCertificates } from '../certificates.ts';
import { type Entra, startEntra } from './entra.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const OTHER_TENANT = '22222222-2222-4222-8222-222222222222';
const APP = '33333333-3333-4333-8333-333333333333';

let certificates: Certificates;
let entra: Entra;
beforeAll(async () => {
  certificates = await createCertificates();
  certificates.trust();
  entra = await startEntra({
    certificates,
    tenants: [TENANT, OTHER_TENANT],
    applications: [
      {
        clientId: APP,
        secrets: [{ value: 'right' }, { value: 'old', expired: true }],
        servicePrincipals: { [TENANT]: '44444444-4444-4444-8444-444444444444' },
      },
    ],
  });
});
afterAll(async () => {
  await entra.stop();
  await certificates.remove();
});

const getToken = (tenant: string, clientId: string, secret: string) =>
  new ClientSecretCredential(tenant, clientId, secret, {
    authorityHost: entra.origin,
    disableInstanceDiscovery: true,
    retryOptions: { maxRetries: 0 },
  }).getToken('https://storage.azure.com/.default');

test('the right secret gets a token for an hour', async () => {
  const { token, expiresOnTimestamp } = (await getToken(TENANT, APP, 'right'))!;
  const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
  expect(claims).toMatchObject({
    aud: 'https://storage.azure.com',
    iss: `https://sts.windows.net/${TENANT}/`,
    tid: TENANT,
    appid: APP,
    oid: '44444444-4444-4444-8444-444444444444',
  });
  expect(expiresOnTimestamp - Date.now()).toBeGreaterThan(3_500_000);
  expect(entra.issued).toBe(1);
});

test.each([
  ['an unknown tenant', '99999999-9999-4999-8999-999999999999', APP, 'right', 90002],
  ['an unknown application', TENANT, '99999999-9999-4999-8999-999999999999', 'right', 700016],
  ['an application without a service principal there', OTHER_TENANT, APP, 'right', 7000229],
  ['a wrong secret', TENANT, APP, 'wrong', 7000215],
  ['an expired secret', TENANT, APP, 'old', 7000222],
])('%s is refused', async (_what, tenant, clientId, secret, code) => {
  await expect(getToken(tenant, clientId, secret)).rejects.toThrow(`AADSTS${code}: `);
});
