import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { type Certificates, createCertificates, type Entra, startEntra } from '@mooring/emulators';
import { createGuard, ProviderError, systemClock } from '@mooring/storage/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_OFFERS, type TokenCredentialInput } from './identity/offers.ts';
import { openTokens } from './identity/open.ts';
import { STORAGE_SCOPE } from './identity/tokens.ts';
import { signInError } from './sign-in-errors.ts';

const tenantId = randomUUID();
const app: Extract<TokenCredentialInput, { kind: 'azure-app' }> = {
  kind: 'azure-app',
  tenantId,
  clientId: randomUUID(),
  clientSecret: 'the secret, never shown',
};
const elsewhere = { ...app, clientId: randomUUID() };
const lapsed = { ...app, clientId: randomUUID() };

describe('signing in', () => {
  let certificates: Certificates;
  let entra: Entra;
  const guard = createGuard({ allowPrivate: true });
  beforeAll(async () => {
    certificates = await createCertificates();
    certificates.trust();
    const registration = (clientId: string, expired: boolean, tenants: string[]) => ({
      clientId,
      secrets: [{ value: app.clientSecret, expired }],
      servicePrincipals: Object.fromEntries(tenants.map(tenant => [tenant, randomUUID()])),
    });
    entra = await startEntra({
      certificates,
      tenants: [tenantId],
      applications: [
        registration(app.clientId, false, [tenantId]),
        registration(elsewhere.clientId, false, []),
        registration(lapsed.clientId, true, [tenantId]),
      ],
    });
  });
  afterAll(async () => {
    await guard.close();
    await entra.stop();
    await certificates.remove();
  });

  const tokensOf = (credential: typeof app, authorityHost = entra.origin, through = guard) =>
    openTokens(credential, { offers: NO_OFFERS, authorityHost, guard: through, clock: systemClock });
  const failureOf = async (...options: Parameters<typeof tokensOf>): Promise<ProviderError> => {
    const error = await tokensOf(...options)
      .getToken(STORAGE_SCOPE)
      .catch(reason => reason);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error.message + error.fix).not.toContain('never shown');
    return error;
  };

  test('asks once however many want a token at once, and not again while it is valid', async () => {
    const tokens = tokensOf(app);
    const before = entra.issued;
    const got = await Promise.all(Array.from({ length: 20 }, () => tokens.getToken(STORAGE_SCOPE)));
    expect(new Set(got.map(token => token!.token)).size).toBe(1);
    await tokens.getToken(STORAGE_SCOPE);
    expect(entra.issued - before).toBe(1);
  });

  test.each([
    ['no such tenant', { ...app, tenantId: randomUUID() }, 90002, /no tenant/],
    [
      'a malformed tenant',
      { ...app, tenantId: 'not a tenant!' },
      null,
      /“not a tenant!” is not the ID of a tenant/,
    ],
    ['no such app', { ...app, clientId: randomUUID() }, 700016, /no app with the client ID/],
    ['an app that is not in the tenant', elsewhere, 7000229, /no service principal/],
    [
      'a wrong secret',
      { ...app, clientSecret: 'wrong, never shown' },
      7000215,
      /client secret is not one of/,
    ],
    ['an expired secret', lapsed, 7000222, /client secret .* has expired/],
  ])('tells %s', async (_, credential, code, says) => {
    const error = await failureOf(credential);
    expect(error).toMatchObject({ kind: 'unauthenticated', retryable: false });
    expect(error.message).toMatch(says);
    expect(error.fix).toMatch(/./);
    expect(error.serviceCode).toBe(code === null ? undefined : `AADSTS${code}`);
  });

  test('tells a storage account of another tenant', async () => {
    const owner = randomUUID();
    const error = await tokensOf(app)
      .getToken(STORAGE_SCOPE, { tenantId: owner })
      .catch(reason => reason);
    expect(error).toMatchObject({ kind: 'unauthenticated', retryable: false });
    expect(error.message).toBe(
      `The storage account belongs to the tenant ${owner}, but the app signs in to the tenant ${tenantId}.`,
    );
  });

  test('tells missing consent, blocked sign-ins, and what it does not know', () => {
    const messageOf = (code: number) =>
      signInError(new Error(`AADSTS${code}: Not allowed.`), app, 'login.example').message;
    expect(messageOf(65001)).toMatch(/has not consented to the app/);
    expect(messageOf(650052)).toMatch(/no service principal of Azure Storage/);
    expect(messageOf(53003)).toMatch(/Conditional Access/);
    expect(messageOf(7000112)).toMatch(/is disabled/);
    expect(messageOf(99999)).toMatch(/\(AADSTS99999\)/);
    expect(signInError(new Error('?'), app, 'login.example')).toMatchObject({
      kind: 'unexpected',
      retryable: true,
    });
  });

  test('tells what is wrong with the way to Entra ID', async () => {
    const closed = createServer(socket => socket.resetAndDestroy()).listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const resetting = `https://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    const strict = createGuard({ allowPrivate: false, purpose: 'sign-in' });
    const stranger = await createCertificates();
    const untrusted = await startEntra({ certificates: stranger, tenants: [], applications: [] });

    expect(await failureOf(app, 'https://127.0.0.1:1')).toMatchObject({
      kind: 'unreachable',
      message: 'Microsoft Entra ID was not reached. 127.0.0.1:1 refused the connection.',
      fix: expect.stringContaining('127.0.0.1:1'),
    });
    expect(await failureOf(app, 'https://login.invalid')).toMatchObject({
      kind: 'unreachable',
      message: 'Microsoft Entra ID was not reached. There is no host named login.invalid.',
    });
    expect((await failureOf(app, resetting)).message).toMatch(/closed the connection/);
    expect(await failureOf(app, untrusted.origin)).toMatchObject({ kind: 'tls' });
    expect(await failureOf(app, entra.origin, strict)).toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(/only to public addresses/),
      fix: expect.stringMatching(/MOORING_SIGN_IN_NETWORKS/),
    });
    closed.close();
    await Promise.all([strict.close(), untrusted.stop(), stranger.remove()]);
  });
});
