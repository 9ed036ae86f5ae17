import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import {
  createAppCertificate,
  createIdentities,
  type Identities,
  type Storage,
  startStorage,
} from '@mooring/emulators';
import { runChecks } from '@mooring/storage/conformance';
import { createGuard, ProviderError, signOne, systemClock } from '@mooring/storage/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { managedIdentityError } from '../sign-in-errors.ts';
import { openAzure } from '../testing.ts';
import { readFederatedClaims } from './federated-token.ts';
import { createAzureIdentities } from './identities.ts';
import type { IdentityOffers, TokenCredentialInput } from './offers.ts';
import { STORAGE_SCOPE } from './tokens.ts';

let storage: Storage;
let identities: Identities;
let offers: IdentityOffers;
const guard = createGuard({ allowPrivate: true });
beforeAll(async () => {
  storage = await startStorage();
  storage.certificates.trust();
  identities = await createIdentities(storage, { path: process.env.PATH ?? '' });
  for (const [name, value] of Object.entries(identities.environment)) vi.stubEnv(name, value);
  await storage.put({ key: 'a.txt', body: 'hello' });
  offers = {
    app: { ...identities.mooringApp, proof: { kind: 'secret', clientSecret: identities.mooringAppSecret } },
    federatedTokenFile: identities.workload.tokenFile,
    managedIdentity: true,
    azureCli: true,
  };
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await guard.close();
  await identities?.stop();
  await storage?.stop();
});

const shared = () => createAzureIdentities({ offers, guard, clock: systemClock });
const tokenOf = async (input: TokenCredentialInput, given = offers) => {
  const lease = createAzureIdentities({ offers: given, guard, clock: systemClock }).lease(
    input,
    storage.authorityHost,
  );
  return (await lease.tokens.getToken(STORAGE_SCOPE))!.token;
};
const failureOf = async (input: TokenCredentialInput, given = offers): Promise<ProviderError> => {
  const error = await tokenOf(input, given).catch(reason => reason);
  expect(error).toBeInstanceOf(ProviderError);
  return error;
};
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());

const KINDS = [
  'azure-app-certificate',
  'azure-app-federated',
  'azure-mooring-app',
  'azure-managed-identity',
  'azure-managed-identity of one’s own',
  'azure-cli',
] as const;

const signing = () => ({ container: storage.container, key: 'a.txt', now: new Date(), seconds: 60 });

describe.each(KINDS)('%s', kind => {
  test('gets a token, lists, signs, and the signed URL works', async () => {
    const provider = openAzure(storage, guard, {
      credential: identities.credentials[kind],
      identities: shared(),
    });
    expect(Array.from((await provider.list(storage.container)).objects, ({ key }) => key)).toEqual(['a.txt']);
    const { url } = await signOne(provider.signer!, signing());
    const answer = await fetch(url, { headers: { range: 'bytes=0-3' } });
    expect([answer.status, await answer.text()]).toEqual([206, 'hell']);
    await provider.close();
  });

  test('asks for one token however many want it', async () => {
    const lease = shared().lease(identities.credentials[kind], storage.authorityHost);
    const tokens = await Promise.all(Array.from({ length: 10 }, () => lease.tokens.getToken(STORAGE_SCOPE)));
    await expect(lease.tokens.getToken(STORAGE_SCOPE)).resolves.toBe(tokens[0]);
    expect(new Set(tokens.map(each => each!.token)).size).toBe(1);
  });

  test('is refused where the installation does not offer it', async () => {
    const none = { app: null, federatedTokenFile: null, managedIdentity: false, azureCli: false };
    if (kind === 'azure-app-certificate') return void (await tokenOf(identities.credentials[kind], none));
    expect(await failureOf(identities.credentials[kind], none)).toMatchObject({
      kind: 'unauthenticated',
      message: expect.stringMatching(/^This installation/),
      fix: expect.stringMatching(/MOORING_/),
    });
  });
});

test('connections to one account with one identity share its token and its delegation key', async () => {
  const counting = createAzureIdentities({ offers, guard, clock: systemClock });
  const open = () =>
    openAzure(storage, guard, {
      credential: identities.credentials['azure-app-certificate'],
      identities: counting,
    });
  const before = storage.entra.issued;
  const providers = Array.from({ length: 5 }, open);
  const asked = signing();
  const urls = await Promise.all(providers.flatMap(each => [1, 2].map(() => signOne(each.signer!, asked))));
  expect(new Set(urls.map(({ url }) => url)).size).toBe(1); // the same key, and so the same signature
  expect(storage.entra.issued - before).toBe(1);

  await Promise.all(providers.slice(1).map(each => each.close()));
  const again = await signOne(open().signer!, asked);
  expect(again.url).toBe(urls[0]!.url);
});

test('nothing is kept of an identity that is not used any more', async () => {
  const own = createAzureIdentities({ offers, guard, clock: systemClock });
  const credential = identities.credentials['azure-app-certificate'];
  const before = storage.entra.issued;
  for (const _ of [1, 2]) {
    const provider = openAzure(storage, guard, { credential, identities: own });
    await provider.list(storage.container);
    await provider.close();
  }
  expect(storage.entra.issued - before).toBe(2);
});

describe('an error names what is wrong', () => {
  const certificateOf = () => identities.credentials['azure-app-certificate'];

  test('a certificate that the app does not have', async () => {
    const other = await createAppCertificate();
    const error = await failureOf({ ...certificateOf(), certificatePem: other.pem });
    expect(error).toMatchObject({
      serviceCode: 'AADSTS700027',
      message: expect.stringMatching(/not one of the app/),
    });
    expect(JSON.stringify([error.message, error.fix])).not.toContain('PRIVATE');
  });

  test('a certificate of another app', async () => {
    const clientId = randomUUID();
    expect(await failureOf({ ...certificateOf(), clientId })).toMatchObject({ serviceCode: 'AADSTS700016' });
  });

  test.each([
    [
      'a subject',
      { subject: 'system:serviceaccount:other:other' },
      'AADSTS700213',
      /has the subject of its token/,
    ],
    ['an issuer', { issuer: 'https://other.example/' }, 'AADSTS700211', /issuer/],
    ['an audience', { audience: 'api://other' }, 'AADSTS700212', /audience/],
    [
      'a token that has expired',
      { expiresAt: new Date(Date.now() - 600_000) },
      'AADSTS700024',
      /expired, or not valid yet/,
    ],
  ])('%s that the app does not trust, until the file is renewed', async (_, claims, serviceCode, message) => {
    await identities.workload.renew(claims);
    const input = identities.credentials['azure-app-federated'];
    const lease = shared().lease(input, storage.authorityHost);
    await expect(lease.tokens.getToken(STORAGE_SCOPE)).rejects.toMatchObject({
      serviceCode,
      message: expect.stringMatching(message),
    });
    await identities.workload.renew();
    await expect(lease.tokens.getToken(STORAGE_SCOPE)).resolves.toBeDefined();
  });

  test('a token file that is not there, or holds something else', async () => {
    const input = identities.credentials['azure-app-federated'];
    const missing = { ...offers, federatedTokenFile: '/nowhere/token' };
    expect((await failureOf(input, missing)).message).toMatch(/\/nowhere\/token, cannot be read \(ENOENT\)/);
    await writeFile(identities.workload.tokenFile, 'not a token');
    expect((await failureOf(input)).message).toMatch(/holds no JSON web token/);
    await identities.workload.renew();
  });

  test('a managed identity that the machine does not have', async () => {
    expect(await failureOf({ kind: 'azure-managed-identity', clientId: randomUUID() })).toMatchObject({
      kind: 'unauthenticated',
      message: expect.stringMatching(/no managed identity with the client ID/),
    });
  });

  // MSAL keeps what it knows of the machine for as long as the process lives.
  test('a machine without managed identities', () => {
    expect(managedIdentityError(new Error('400 Identity not found'), null).message).toMatch(
      /no system-assigned managed identity/,
    );
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(managedIdentityError(refused, null)).toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/No managed identity was found/),
    });
  });

  test('no one signed in with the Azure CLI, and no Azure CLI', async () => {
    const { person } = identities.cli;
    identities.cli.person = null;
    expect(await failureOf({ kind: 'azure-cli' })).toMatchObject({ fix: expect.stringMatching(/az login$/) });
    identities.cli.person = person;
    vi.stubEnv('PATH', '/nowhere');
    expect((await failureOf({ kind: 'azure-cli' })).message).toMatch(/no command “az”/);
    vi.stubEnv('PATH', identities.cli.environment.PATH);
  });
});

test.each([
  ['azure-app-certificate', /^The app [0-9a-f-]{36} of the tenant [0-9a-f-]{36} got a token, valid until/],
  ['azure-managed-identity', /^The managed identity of the machine \(object id [0-9a-f-]{36}\) got a token/],
  ['azure-managed-identity of one’s own', /^The managed identity [0-9a-f-]{36} of the machine got a token/],
  ['azure-cli', /^The person who is signed in with the Azure CLI in the tenant [0-9a-f-]{36} \(object id/],
] as const)('the check of %s says who it is', async (kind, observed) => {
  const provider = openAzure(storage, guard, {
    credential: identities.credentials[kind],
    identities: shared(),
  });
  const { credential } = await runChecks(provider, { container: storage.container });
  expect(credential).toMatchObject({ status: 'passed', observed: expect.stringMatching(observed) });
});

test('what an app has to trust is read from the token', async () => {
  const { issuer, subject, audience } = identities.workload.credential;
  expect(await readFederatedClaims(identities.workload.tokenFile)).toEqual({ issuer, subject, audience });
  expect(claimsOf(await tokenOf(identities.credentials['azure-mooring-app']))).toMatchObject({
    appid: identities.mooringApp.clientId,
  });
});
