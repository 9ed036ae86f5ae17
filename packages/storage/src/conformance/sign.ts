import { request } from 'undici';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ProviderUnderTest } from './provider-under-test.ts';

export function describeSign(get: () => ProviderUnderTest): void {
  const inMinutes = (minutes: number) =>
    new Date(Math.ceil(get().now().getTime() / 1000) * 1000 + minutes * 60_000);
  const sign = (key: string, expiresAt: Date) => get().provider.signer!.sign(get().container, key, expiresAt);
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

    test('makes URLs that a plain client can GET, HEAD, and GET in part', async () => {
      const { url } = await sign('sign/one.txt', inMinutes(5));
      expect(await fetchUrl(url)).toMatchObject({ status: 200, text: 'object one' });
      const part = await fetchUrl(url, 'GET', { range: 'bytes=7-9' });
      expect(part).toMatchObject({ status: 206, text: 'one' });
      expect(part.headers['content-range']).toBe('bytes 7-9/10');
      const head = await fetchUrl(url, 'HEAD');
      expect(head).toMatchObject({ status: 200, text: '' });
      expect(head.headers['content-length']).toBe('10');
    });

    test('says when a URL ends, and it does end then', async () => {
      const { url, expiresAt } = await get().signBriefly('sign/one.txt');
      expect(expiresAt.getTime()).toBeGreaterThan(get().now().getTime());
      expect((await fetchUrl(url)).status).toBe(200);
      await get().pass(expiresAt);
      expect((await fetchUrl(url)).status).toBe(403);
    });

    test('makes the same URL for the same end', async () => {
      const expiresAt = inMinutes(7);
      const first = await sign('sign/one.txt', expiresAt);
      await get().pass(new Date(get().now().getTime() + 1100));
      expect(await sign('sign/one.txt', expiresAt)).toEqual(first);
    });

    test('opens what `capabilities.sign` says, and nothing else', async () => {
      const { url } = await sign('sign/one.txt', inMinutes(5));
      const other = await sign('sign/two.txt', inMinutes(5));
      const swapped = new URL(url);
      swapped.pathname = new URL(other.url).pathname;
      const { status, text } = await fetchUrl(swapped.href);
      if (get().provider.capabilities.sign === 'account') expect([status, text]).toEqual([200, 'object two']);
      else expect(status).toBe(403);
    });

    test('can live as long as `capabilities.maxSignSeconds` says', async () => {
      const { maxSignSeconds } = get().provider.capabilities;
      const asked = new Date(Math.floor(get().now().getTime() / 1000 + maxSignSeconds) * 1000);
      const { url, expiresAt } = await sign('sign/one.txt', asked);
      expect(Math.abs(expiresAt.getTime() - asked.getTime())).toBeLessThan(60_000);
      expect((await fetchUrl(url)).status).toBe(200);
    });
  });
}
