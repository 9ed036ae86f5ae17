import { request } from 'undici';
import { beforeAll, describe, expect } from 'vitest';
import { ProviderError } from '../server/errors.ts';
import type { SignedUrl, SignOptions } from '../server/provider.ts';
import { CLOCK_TOLERANCE_MS } from '../server/sign.ts';
import { testOfPart } from './part.ts';
import type { ProviderUnderTest } from './provider-under-test.ts';

export function describeSign(get: () => ProviderUnderTest): void {
  const testOfSigner = testOfPart('signer', get);
  const inMinutes = (minutes: number): SignOptions => {
    const now = Math.floor(get().now().getTime() / 1000) * 1000;
    return {
      method: 'GET',
      startsAt: new Date(now - CLOCK_TOLERANCE_MS),
      expiresAt: new Date(now + minutes * 60_000),
    };
  };
  const signAll = (keys: string[], options: SignOptions) =>
    get().provider.signer!.sign(get().container, keys, options);
  const sign = async (key: string, options: SignOptions): Promise<SignedUrl> => {
    const [signed] = await signAll([key], options);
    expect(signed).not.toBeInstanceOf(ProviderError);
    return signed as SignedUrl;
  };
  const fetchUrl = async (
    url: string,
    method: 'GET' | 'HEAD' = 'GET',
    headers: Record<string, string> = {},
  ) => {
    const answer = await request(url, { method, headers, dispatcher: get().dispatcher });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  };

  describe('sign', () => {
    beforeAll(async () => {
      await get().put('sign/one.txt', 'object one', 'text/plain');
      await get().put('sign/two.txt', 'object two', 'text/plain');
    });

    testOfSigner('makes URLs that a plain client can GET, whole and in part', async () => {
      const { url } = await sign('sign/one.txt', inMinutes(5));
      expect(await fetchUrl(url)).toMatchObject({ status: 200, text: 'object one' });
      const part = await fetchUrl(url, 'GET', { range: 'bytes=7-9' });
      expect(part).toMatchObject({ status: 206, text: 'one' });
      expect(part.headers['content-range']).toBe('bytes 7-9/10');
    });

    testOfSigner('makes URLs for HEAD', async () => {
      const { url } = await sign('sign/one.txt', { ...inMinutes(5), method: 'HEAD' });
      const head = await fetchUrl(url, 'HEAD');
      expect(head).toMatchObject({ status: 200, text: '' });
      expect(head.headers['content-length']).toBe('10');
    });

    testOfSigner(
      'signs many at once, in the order asked, and says of a key that no URL can name that it cannot',
      async () => {
        const keys = ['sign/two.txt', 'sign/\ud800', 'sign/one.txt'];
        const [two, none, one, ...others] = await signAll(keys, inMinutes(5));
        expect(others).toEqual([]);
        expect(none).toMatchObject({ name: 'ProviderError', kind: 'invalid' });
        expect((await fetchUrl((one as SignedUrl).url)).text).toBe('object one');
        expect((await fetchUrl((two as SignedUrl).url)).text).toBe('object two');
        expect(await signAll([], inMinutes(5))).toEqual([]);
      },
    );

    testOfSigner('says when a URL ends, and it does end then', async () => {
      const { url, expiresAt } = await get().signBriefly('sign/one.txt');
      expect(expiresAt.getTime()).toBeGreaterThan(get().now().getTime());
      expect((await fetchUrl(url)).status).toBe(200);
      await get().pass(expiresAt);
      expect((await fetchUrl(url)).status).toBe(403);
    });

    testOfSigner('makes the same URL for the same window', async () => {
      const window = inMinutes(7);
      const first = await sign('sign/one.txt', window);
      await get().pass(new Date(get().now().getTime() + 1100));
      expect(await sign('sign/one.txt', window)).toEqual(first);
    });

    testOfSigner('names another content type where `capabilities.signsType` says so', async () => {
      const { url } = await sign('sign/one.txt', { ...inMinutes(5), contentType: 'image/svg+xml' });
      const type = get().provider.capabilities.signsType ? 'image/svg+xml' : 'text/plain';
      expect((await fetchUrl(url)).headers['content-type']).toBe(type);
      expect((await fetchUrl((await sign('sign/one.txt', inMinutes(5))).url)).headers['content-type']).toBe(
        'text/plain',
      );
    });

    testOfSigner('opens what `capabilities.sign` says, and nothing else', async () => {
      const { url } = await sign('sign/one.txt', inMinutes(5));
      const other = await sign('sign/two.txt', inMinutes(5));
      const swapped = new URL(url);
      swapped.pathname = new URL(other.url).pathname;
      const { status, text } = await fetchUrl(swapped.href);
      if (get().provider.capabilities.sign === 'account') expect([status, text]).toEqual([200, 'object two']);
      else expect(status).toBe(403);
    });

    testOfSigner(
      'gives the longest life there is where more is asked for, and says when it ends',
      async () => {
        const asked = inMinutes(400 * 24 * 60);
        const { url, expiresAt } = await sign('sign/one.txt', asked);
        expect(expiresAt.getTime()).toBeGreaterThan(get().now().getTime() + 600_000);
        if (get().provider.capabilities.sign === 'object')
          expect(expiresAt.getTime()).toBeLessThan(asked.expiresAt.getTime());
        expect((await fetchUrl(url)).status).toBe(200);
      },
    );
  });
}
