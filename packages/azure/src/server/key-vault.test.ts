import { randomUUID } from 'node:crypto';
import {
  type Certificates,
  createCertificates,
  type Entra,
  type KeyVault,
  type ManagedIdentity,
  startEntra,
  startKeyVault,
  startManagedIdentity,
} from '@mooring/emulators';
import { createGuard, type Guard } from '@mooring/storage/server';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createKeyVaultStore } from './key-vault.ts';
import { AZURE_SETTINGS } from './settings.ts';

const tenant = randomUUID();
const objectId = randomUUID();
const KEY = Buffer.alloc(32, 7).toString('base64');
let certificates: Certificates;
let entra: Entra;
let machine: ManagedIdentity;
let vault: KeyVault;
let guard: Guard;
beforeAll(async () => {
  certificates = await createCertificates();
  certificates.trust();
  entra = await startEntra({ certificates, tenants: [tenant], applications: [] });
  machine = await startManagedIdentity(entra, [{ tenant, clientId: null, objectId }]);
  vi.stubEnv('AZURE_POD_IDENTITY_AUTHORITY_HOST', machine.environment.AZURE_POD_IDENTITY_AUTHORITY_HOST);
  vault = await startKeyVault({ certificates, jwks: entra.keys, authority: `${entra.origin}/${tenant}` });
  guard = createGuard({ allowPrivate: true });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await guard?.close();
  await Promise.all([vault?.stop(), machine?.stop(), entra?.stop()]);
  await certificates?.remove();
});
beforeEach(() => {
  vault.roles.set(objectId, 'Key Vault Secrets Officer');
});

const url = () => `${vault.origin}/secrets/mooring-key`;
const open = () => createKeyVaultStore(url(), { guard });

test('reads the newest version of a secret, and writes another one', async () => {
  vault.secrets.set('mooring-key', ['older', KEY]);
  const store = open();
  expect(store.name).toBe(url());
  expect(await store.read()).toBe(KEY);
  await store.write('next');
  expect(await store.read()).toBe('next');
  expect(vault.secrets.get('mooring-key')).toEqual(['older', KEY, 'next']);
});

test('says how to make a secret that is not there', async () => {
  vault.secrets.delete('mooring-key');
  await expect(open().read()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(
      /Key Vault answered 404: A secret with \(name\/id\) mooring-key was not found/,
    ),
    fix: expect.stringContaining('az keyvault secret set'),
  });
});

test('names the role that is missing', async () => {
  vault.secrets.set('mooring-key', [KEY]);
  vault.roles.set(objectId, 'Key Vault Secrets User');
  expect(await open().read()).toBe(KEY);
  await expect(open().write('x')).rejects.toMatchObject({
    message: expect.stringContaining('Key Vault answered 403'),
    fix: expect.stringContaining('Key Vault Secrets Officer'),
  });
  vault.roles.delete(objectId);
  await expect(open().read()).rejects.toMatchObject({
    fix: expect.stringContaining('Key Vault Secrets User'),
  });
  expect(vault.secrets.get('mooring-key')).toEqual([KEY]);
});

test('sends nothing without a token, and says what is missing', async () => {
  const before = vault.requests.length;
  const openTokens = async () => ({ getToken: () => Promise.reject(new Error('no identity here\nmore')) });
  await expect(createKeyVaultStore(url(), { guard, openTokens }).read()).rejects.toMatchObject({
    message: `The secret keys in ${url()} cannot be used. Mooring gets no token for it: no identity here`,
    fix: expect.stringContaining('managed identity'),
  });
  expect(vault.requests).toHaveLength(before);
});

test('says that a vault is not reached', async () => {
  const openTokens = async () => ({ getToken: async () => ({ token: 't', expiresOnTimestamp: Date.now() }) });
  const closed = createKeyVaultStore('https://127.0.0.1:1/secrets/k', { guard, openTokens });
  await expect(closed.read()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('127.0.0.1:1 refused the connection'),
  });
});

test.each([
  ['https://acme.vault.azure.net/secrets/mooring-key', true],
  ['https://acme.vault.usgovcloudapi.net/secrets/k', true],
  ['https://127.0.0.1:8443/secrets/k', true],
  ['http://acme.vault.azure.net/secrets/k', false],
  ['https://acme.vault.azure.net/secrets/k/0123', false],
  ['https://acme.vault.azure.net/keys/k', false],
  ['https://acme.vault.azure.net.evil.example/secrets/k', false],
  ['https://acme.vault.azure.net/secrets/k?x=1', false],
  ['https://user@acme.vault.azure.net/secrets/k', false],
])('the setting %s is one: %s', (text, isOne) => {
  expect(AZURE_SETTINGS.secretKeyVault.schema.safeParse(text).success).toBe(isOne);
});
