import type { SignedUrl, Signer } from '@mooring/storage/server';
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

const START = '2026-11-22T01:00:00Z';
const END = '2026-11-22T01:25:00Z';
const WINDOW = { startsAt: new Date(START), expiresAt: new Date(END) };

async function sign(signer: Signer, key: string, end: string, start = START): Promise<SignedUrl> {
  const window = { startsAt: new Date(start), expiresAt: new Date(end) };
  const [signed] = await signer.sign('media', [key], { method: 'GET', ...window });
  return signed as SignedUrl;
}

describe('signing with a delegation key', () => {
  const signer = createDelegationSigner(account, keys);

  test('grants reading one blob, over HTTPS, from the start to the end that were asked', async () => {
    const { url, expiresAt } = await sign(signer, 'a b/ü.jpg', END);
    expect(expiresAt).toEqual(new Date(END));
    const { origin, pathname, searchParams } = new URL(url);
    expect(origin + pathname).toBe('https://acme.blob.core.windows.net/media/a%20b/%C3%BC.jpg');
    expect(Object.fromEntries(searchParams)).toMatchObject({
      sv: '2025-11-05',
      sr: 'b',
      sp: 'r',
      spr: 'https',
      st: '2026-11-22T01:00:00Z',
      se: '2026-11-22T01:25:00Z',
    });
  });

  test('names the content type that the answer is to have', async () => {
    const [signed] = await signer.sign('media', ['a.svg'], {
      method: 'GET',
      ...WINDOW,
      contentType: 'image/svg+xml',
    });
    expect(new URL((signed as SignedUrl).url).searchParams.get('rsct')).toBe('image/svg+xml');
  });

  test('works as long as the key does at most, on whole seconds', async () => {
    const { url, expiresAt } = await sign(signer, 'a.jpg', '2027-01-01T00:00:00Z', '2026-11-21T00:00:00Z');
    expect(expiresAt).toEqual(endsAt);
    expect(new URL(url).searchParams.get('st')).toBe('2026-11-22T00:55:00Z');
    expect((await sign(signer, 'a.jpg', '2026-11-22T01:25:00.999Z')).expiresAt).toEqual(new Date(END));
  });

  test('is the same URL for GET and HEAD, which one permission covers', async () => {
    const [get] = await signer.sign('media', ['a.jpg'], { method: 'GET', ...WINDOW });
    expect(await signer.sign('media', ['a.jpg'], { method: 'HEAD', ...WINDOW })).toEqual([get]);
  });

  test('allows HTTP where the endpoint is one', async () => {
    const emulator = createDelegationSigner(
      { account: 'acme', endpoint: 'http://127.0.0.1:10000/acme' },
      keys,
    );
    const { url } = await sign(emulator, 'a.jpg', END);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:10000\/acme\/media\/a\.jpg\?/);
    expect(new URL(url).searchParams.get('spr')).toBe('https,http');
  });
});

describe('signing with a delivery token', () => {
  const token = parseSas(SAS) as ParsedSas;
  const at = (time: string) => createTokenSigner(account, token, { now: () => new Date(time) });

  test('says that the URL works as long as the token, for every end that was asked', async () => {
    const signed = await sign(at('2026-11-22T01:10:00Z'), 'a.jpg', END);
    expect(signed.url).toBe(`${account.endpoint}/media/a.jpg?${token.token}`);
    expect(signed.expiresAt).toEqual(new Date('2099-01-01T00:00:00Z'));
  });

  test('refuses when the token has expired, without showing it', async () => {
    const late = at('2099-01-02T00:00:00Z');
    const error = await sign(late, 'a.jpg', '2099-01-03T00:00:00Z').catch(reason => reason);
    expect(error).toMatchObject({ kind: 'unauthenticated', message: expect.stringMatching(/expired/) });
    expect(error.message).not.toContain('sig');
  });
});
