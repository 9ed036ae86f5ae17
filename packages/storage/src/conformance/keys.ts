import { text } from 'node:stream/consumers';
import { request } from 'undici';
import { beforeAll, describe, expect, test } from 'vitest';
import { signOne } from '../server/sign.ts';
import { compareUtf8 } from '../server/utf8-order.ts';
import { listAll } from './list.ts';
import { longestKey, NASTY_KEYS } from './nasty-keys.ts';
import type { ProviderUnderTest } from './provider-under-test.ts';

const PREFIX = 'nasty/';
const bodyOf = (key: string) => `the object of ${key}`;

export function describeKeys(
  get: () => ProviderUnderTest,
  { cannotStore }: { cannotStore: RegExp | undefined },
): void {
  const all = [...NASTY_KEYS.map(key => PREFIX + key), longestKey(PREFIX)].filter(
    key => !cannotStore?.test(key),
  );
  describe('keys', () => {
    beforeAll(async () => {
      for (const key of all) await get().put(key, bodyOf(key));
    });

    test('come back from a listing as they were stored', async () => {
      const { provider, container } = get();
      const { keys } = await listAll(provider, container, { prefix: PREFIX });
      expect(keys.toSorted(compareUtf8)).toEqual(all.toSorted(compareUtf8));
      if (provider.capabilities.list.ordered) expect(keys).toEqual(all.toSorted(compareUtf8));
    });

    test('serve as cursors and as prefixes', async () => {
      const { provider, container } = get();
      const { keys } = await listAll(provider, container, { prefix: PREFIX, pageSize: 1 });
      expect(keys.toSorted(compareUtf8)).toEqual(all.toSorted(compareUtf8));
      for (const key of all)
        expect((await listAll(provider, container, { prefix: key })).keys).toEqual([key]);
    });

    test.each(all.map(key => [key.slice(0, 60), key]))('name one object: %j', async (_, key) => {
      const { provider, container, dispatcher, now } = get();
      const expected = bodyOf(key);
      const { sizeBytes } = await provider.reader!.head(container, key);
      expect(sizeBytes).toBe(Buffer.byteLength(expected));
      const { body } = await provider.reader!.readRange(container, key);
      expect(await text(body)).toBe(expected);
      if (!provider.signer) return;
      const { url } = await signOne(provider.signer, { container, key, now: now(), seconds: 300 });
      const answer = await request(url, { dispatcher });
      expect([answer.statusCode, await answer.body.text()]).toEqual([200, expected]);
    });
  });
}
