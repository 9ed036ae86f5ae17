import { describe, expect, test } from 'vitest';
import { type ParsedSas, parseSas } from '../sas/sas.ts';
import type { DelegationKeys } from './delegation-key.ts';
import { createDelegationSigner, createTokenSigner } from './signer.ts';
import { SAS } from './testing-answers.ts';

const account = { account: 'acme', endpoint: 'https://acme.blob.core.windows.net' };
const startsAt = new Date('2026-11-22T00:55:00Z');
const endsAt = new Date('2026-11-29T00:10:00Z');
const keys = {
  get: async () => ({
    endsAt,
    value: {
      signedObjectId: '11111111-1111-1111-1111-111111111111',
      signedTenantId: '22222222-2222-2222-2222-222222222222',
      signedStartsOn: startsAt,
      signedExpiresOn: endsAt,
      signedService: 'b',
      signedVersion: '2026-10-06',
      value: Buffer.from('a key').toString('base64'),
    },
  }),
} as DelegationKeys;

describe('signing with a delegation key', () => {
  const { sign } = createDelegationSigner(account, keys);

  test('grants reading one blob, over HTTPS, from the key’s start to the end that was asked', async () => {
    const end = new Date('2026-11-22T01:25:00Z');
    const { url, expiresAt } = await sign('media', 'a b/ü.jpg', end);
    expect(expiresAt).toEqual(end);
    const { origin, pathname, searchParams } = new URL(url);
    expect(origin + pathname).toBe('https://acme.blob.core.windows.net/media/a%20b/%C3%BC.jpg');
    expect(Object.fromEntries(searchParams)).toMatchObject({
      sv: '2025-11-05',
      sr: 'b',
      sp: 'r',
      spr: 'https',
      st: '2026-11-22T00:55:00Z',
      se: '2026-11-22T01:25:00Z',
    });
  });

  test('ends with the key at the latest, on a whole second', async () => {
    expect((await sign('media', 'a.jpg', new Date('2027-01-01T00:00:00Z'))).expiresAt).toEqual(endsAt);
    const { expiresAt } = await sign('media', 'a.jpg', new Date('2026-11-22T01:25:00.999Z'));
    expect(expiresAt).toEqual(new Date('2026-11-22T01:25:00Z'));
  });

  test('allows HTTP where the endpoint is one', async () => {
    const emulator = createDelegationSigner(
      { account: 'acme', endpoint: 'http://127.0.0.1:10000/acme' },
      keys,
    );
    const { url } = await emulator.sign('media', 'a.jpg', new Date('2026-11-22T01:25:00Z'));
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:10000\/acme\/media\/a\.jpg\?/);
    expect(new URL(url).searchParams.get('spr')).toBe('https,http');
  });
});

describe('signing with a delivery token', () => {
  const token = parseSas(SAS) as ParsedSas;
  const at = (time: string) => createTokenSigner(account, token, { now: () => new Date(time) });

  test('says that the URL works as long as the token, for every end that was asked', async () => {
    const signed = await at('2026-11-22T01:10:00Z').sign('media', 'a.jpg', new Date('2026-11-22T01:25:00Z'));
    expect(signed.url).toBe(`${account.endpoint}/media/a.jpg?${token.token}`);
    expect(signed.expiresAt).toEqual(new Date('2099-01-01T00:00:00Z'));
  });

  test('refuses when the token has expired, without showing it', async () => {
    const error = await at('2099-01-02T00:00:00Z')
      .sign('media', 'a.jpg', new Date('2099-01-03T00:00:00Z'))
      .catch(reason => reason);
    expect(error).toMatchObject({ kind: 'unauthenticated', message: expect.stringMatching(/expired/) });
    expect(error.message).not.toContain('sig');
  });
});
