import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAppCertificate, createWorkloadIdentity } from '@mooring/emulators';
import { afterAll, expect, test } from 'vitest';
import { describeOffers, type OfferSettings, readOffers } from './read-offers.ts';

const directory = mkdtempSync(join(tmpdir(), 'mooring-offers-'));
afterAll(() => rmSync(directory, { recursive: true }));
const fileOf = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

const CLIENT_ID = '0f1e2d3c-4b5a-4968-8776-655443322110';
const NOTHING: OfferSettings = {
  appClientId: null,
  appClientSecret: null,
  appCertificateFile: null,
  federatedTokenFile: null,
  managedIdentity: false,
  azureCli: false,
};
const lines: string[] = [];
const note = (error: unknown) => void lines.push(String(error));

test('nothing is offered that is not set', async () => {
  const offers = await readOffers(NOTHING);
  expect(offers).toEqual({ app: null, federatedTokenFile: null, managedIdentity: false, azureCli: false });
  expect(await describeOffers(offers, note)).toEqual({
    mooringApp: null,
    federation: null,
    managedIdentity: false,
    azureCli: false,
  });
});

test('the app proves itself with its certificate, else its secret, else the workload identity', async () => {
  // Expired: the installation starts all the same.
  const { pem } = await createAppCertificate({
    notBefore: new Date(Date.now() - 2 * 86_400_000),
    notAfter: new Date(Date.now() - 86_400_000),
  });
  const appCertificateFile = fileOf('app.pem', pem);
  const all = {
    ...NOTHING,
    appClientId: CLIENT_ID,
    appClientSecret: 'hush',
    appCertificateFile,
    federatedTokenFile: '/token',
  };
  const proofOf = async (settings: OfferSettings) => (await readOffers(settings)).app;
  expect(await proofOf(all)).toMatchObject({ clientId: CLIENT_ID, proof: { kind: 'certificate' } });
  const withSecret = { ...all, appCertificateFile: null };
  expect(await proofOf(withSecret)).toMatchObject({ proof: { kind: 'secret', clientSecret: 'hush' } });
  expect(await proofOf({ ...withSecret, appClientSecret: null })).toMatchObject({
    proof: { kind: 'federated', tokenFile: '/token' },
  });
});

test.each<[string, Partial<OfferSettings>, RegExp]>([
  ['nothing to prove itself with', {}, /the app has no credential/],
  [
    'a file that is not there',
    { appCertificateFile: '/nowhere/app.pem' },
    /app\.pem cannot be read \(ENOENT\)/,
  ],
  ['a file without a key', { appCertificateFile: fileOf('none.pem', 'hello') }, /none\.pem: This is not PEM/],
])('an app with %s is refused at the start', async (_, settings, message) => {
  await expect(readOffers({ ...NOTHING, appClientId: CLIENT_ID, ...settings })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(message),
    fix: expect.stringMatching(/\S/),
  });
});

test('a workload identity is described by its token, and not offered where that cannot be read', async () => {
  const workload = await createWorkloadIdentity();
  const { issuer, subject, audience } = workload.credential;
  const offers = await readOffers({ ...NOTHING, federatedTokenFile: workload.tokenFile });
  expect(await describeOffers(offers, note)).toMatchObject({ federation: { issuer, subject, audience } });
  await workload.remove();
  expect(await describeOffers(offers, note)).toMatchObject({ federation: null });
  expect(lines.at(-1)).toMatch(/cannot be read \(ENOENT\)/);
});
