import { describe, expect, test } from 'vitest';
import { testOfPart } from './part.ts';
import type { ProviderUnderTest } from './provider-under-test.ts';

/** Where writers under test may write. */
export const RENDITION_PREFIX = 'renditions/';

export function describeWrite(get: () => ProviderUnderTest): void {
  const testOfWriter = testOfPart('writer', get);
  const put = (key: string, body: string) =>
    get().provider.writer!.put(get().container, key, Buffer.from(body), { contentType: 'text/plain' });
  const head = (key: string) => get().provider.reader!.head(get().container, key);
  const remove = (key: string) => get().provider.writer!.remove(get().container, key);

  describe('write', () => {
    testOfWriter('creates, replaces and removes', async () => {
      await put('renditions/ä ?#.txt', 'first');
      await put('renditions/ä ?#.txt', 'the second');
      expect(await head('renditions/ä ?#.txt')).toMatchObject({ sizeBytes: 10, contentType: 'text/plain' });
      await remove('renditions/ä ?#.txt');
      await expect(head('renditions/ä ?#.txt')).rejects.toMatchObject({ kind: 'not-found' });
      const again = await remove('renditions/ä ?#.txt').catch(error => error);
      if (again !== undefined) expect(again).toMatchObject({ name: 'ProviderError', kind: 'not-found' });
    });

    testOfWriter('reaches nothing outside of its prefix', async () => {
      await get().put('rendition.txt', 'of the owner');
      for (const key of ['rendition.txt', '', 'other/renditions/a.txt']) {
        await expect(put(key, 'x')).rejects.toMatchObject({ kind: 'invalid' });
        await expect(remove(key)).rejects.toMatchObject({ kind: 'invalid' });
      }
      expect((await head('rendition.txt')).sizeBytes).toBe(12);
    });

    test('is there where `capabilities.write` says so', () => {
      for (const provider of [get().provider, get().clientOnly()]) {
        expect(provider.capabilities.write).toBe(provider.writer !== null);
      }
      expect(get().clientOnly().writer).toBeNull();
    });
  });
}
