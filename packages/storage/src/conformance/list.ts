import { describe, expect, test } from 'vitest';
import { listFrom } from '../server/list-from.ts';
import type { ListOptions, Provider, StorageObject } from '../server/provider.ts';
import { plainObject, plainPage } from '../server/testing-objects.ts';
import { compareUtf8 } from '../server/utf8-order.ts';
import type { ProviderUnderTest } from './provider-under-test.ts';

/** Every object and prefix of a listing, and how many pages it took. */
export async function listAll(
  provider: Provider,
  container: string,
  options: Omit<ListOptions, 'startAfter'> = {},
) {
  const objects: StorageObject[] = [];
  const prefixes: string[] = [];
  let pages = 0;
  let { cursor } = options;
  do {
    const page = await listFrom(provider, container, { ...options, cursor });
    objects.push(...page.objects);
    prefixes.push(...page.prefixes);
    pages += 1;
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return { objects, prefixes, pages, keys: objects.map(({ key }) => key) };
}

export function describeList(get: () => ProviderUnderTest, { many }: { many: number }): void {
  describe('list', () => {
    test('finds nothing in an empty container', async () => {
      const { provider, emptyContainer } = get();
      expect(plainPage(await provider.list(emptyContainer))).toEqual({
        objects: [],
        prefixes: [],
        cursor: null,
      });
    });

    test('finds nothing under a prefix that no key has', async () => {
      const { provider, container } = get();
      const { keys, prefixes } = await listAll(provider, container, { prefix: 'no such prefix/' });
      expect([keys, prefixes]).toEqual([[], []]);
    });

    test('describes an object as HEAD does', async () => {
      const { provider, container, put } = get();
      await put('described/a.jpg', 'twelve bytes', 'image/jpeg');
      const [object] = (await listAll(provider, container, { prefix: 'described/' })).objects;
      expect(object).toMatchObject({
        key: 'described/a.jpg',
        sizeBytes: 12,
        contentType: provider.capabilities.list.contentTypes ? 'image/jpeg' : null,
        archiveState: 'readable',
        placeholder: false,
      });
      expect(object!.etag).toMatch(/^[^"]+$/);
      expect(Math.abs(object!.lastModified.getTime() - get().now().getTime())).toBeLessThan(60_000);
      expect(await provider.reader!.head(container, 'described/a.jpg')).toEqual({
        ...plainObject(object!),
        contentType: 'image/jpeg',
        contentEncoding: null,
        contentLanguage: null,
      });
    });

    test('tells stand-ins for directories from empty objects', async () => {
      const { provider, container, put } = get();
      await put('placeholders/directory/', '');
      await put('placeholders/empty.txt', '');
      const { objects } = await listAll(provider, container, { prefix: 'placeholders/' });
      expect(objects.map(({ key, placeholder }) => [key, placeholder])).toEqual([
        ['placeholders/directory/', true],
        ['placeholders/empty.txt', false],
      ]);
    });

    test('folds what lies beyond the next delimiter', async () => {
      const { provider, container, fill } = get();
      await fill(['folded/a.txt', 'folded/b/1.txt', 'folded/b/2.txt', 'folded/c/d/3.txt', 'folded/z.txt']);
      for (const pageSize of [undefined, 1, 2]) {
        const listed = await listAll(provider, container, { prefix: 'folded/', delimiter: '/', pageSize });
        expect(listed.keys).toEqual(['folded/a.txt', 'folded/z.txt']);
        expect(listed.prefixes).toEqual(['folded/b/', 'folded/c/']);
      }
    });

    test(`lists ${many} objects, each once, in pages no larger than it can`, async () => {
      const { provider, container, fill } = get();
      const expected = Array.from({ length: many }, (_, i) => `many/${String(i).padStart(5, '0')}`);
      await fill(expected);
      const { keys, pages } = await listAll(provider, container, { prefix: 'many/', pageSize: 1_000_000 });
      expect(pages).toBe(Math.ceil(many / provider.capabilities.list.maxPageSize));
      expect(keys.toSorted(compareUtf8)).toEqual(expected);
      if (provider.capabilities.list.ordered) expect(keys).toEqual(expected);
    });

    test('lists ranges of keys, each key in one of them, or says that it cannot', async () => {
      const { provider, container, fill } = get();
      const { ordered, ranges, lowerBound } = provider.capabilities.list;
      expect(lowerBound === 'inclusive' || ordered || ranges === 'none').toBe(true);
      const names = ['', '!', '-', '-raw', '.jpg', '/', '/z', '0', 'a', 'é', '\uffee', '\u{1f4f7}'];
      const keys = names.map(name => `ranges/a${name}`).toSorted(compareUtf8);
      await fill(keys);
      if (ranges === 'none') return;
      const whole: string[][] = [];
      for (const bounds of [
        ['ranges/a0'],
        ['ranges/a', 'ranges/a', 'ranges/a1', 'ranges/aé'],
        ['ranges/', 'ranges/a!', 'ranges/a-s', 'ranges/b'],
        ['ranges/a.', 'ranges/a.jpg', 'ranges/a/', 'ranges/a\uffef', 's'],
      ]) {
        const found = [...bounds, undefined].map(async (endBefore, index) => {
          const startFrom = bounds[index - 1];
          return (
            await listAll(provider, container, { prefix: 'ranges/', startFrom, endBefore, pageSize: 2 })
          ).keys;
        });
        const listed = await Promise.allSettled(found);
        for (const range of listed.filter(({ status }) => status === 'rejected'))
          expect([ranges, range]).toMatchObject([
            'start',
            { reason: { name: 'ProviderError', kind: 'invalid' } },
          ]);
        if (listed.every(range => range.status === 'fulfilled'))
          whole.push(listed.flatMap(({ value }) => value));
      }
      expect(whole.length).toBeGreaterThanOrEqual({ start: 1, both: 4 }[ranges]);
      for (const listed of whole) expect(ordered ? listed : listed.toSorted(compareUtf8)).toEqual(keys);
    });

    test('goes on from a cursor in another instance, page by page', async () => {
      const { provider, container, reopen } = get();
      const options = { prefix: 'many/0000', pageSize: 4 };
      const first = await provider.list(container, options);
      expect(first.objects).toHaveLength(4);
      const other = reopen();
      const { keys, pages } = await listAll(other, container, { ...options, cursor: first.cursor! });
      await other.close();
      expect(pages).toBe(2);
      expect([...Array.from(first.objects, ({ key }) => key), ...keys].toSorted()).toEqual(
        Array.from({ length: 10 }, (_, i) => `many/0000${i}`),
      );
    });

    test('lists what does not change exactly once while the rest changes', async () => {
      const { provider, container, fill, put, remove } = get();
      await fill(['b', 'd', 'f', 'h', 'j', 'l'].map(name => `changing/${name}`));
      const options = { prefix: 'changing/', pageSize: 2 };
      const first = await provider.list(container, options);
      await remove('changing/b'); // on the page before
      await remove('changing/h'); // on a page to come
      await put('changing/a', 'before the cursor');
      await put('changing/e', 'after the cursor');
      const rest = await listAll(provider, container, { ...options, cursor: first.cursor! });
      const keys = [...Array.from(first.objects, ({ key }) => key), ...rest.keys];
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys).toEqual(expect.arrayContaining(['d', 'f', 'j', 'l'].map(name => `changing/${name}`)));
      expect(keys).not.toContain('changing/h');
    });

    test('says that a container is not there', async () => {
      await expect(get().provider.list('no-such-container')).rejects.toMatchObject({
        name: 'ProviderError',
        kind: 'not-found',
        message: expect.stringContaining('no-such-container'),
      });
    });

    test('rejects with the reason of an abort', async () => {
      const reason = new Error('the reader is gone');
      const { provider, container } = get();
      await expect(provider.list(container, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const controller = new AbortController();
      const listing = provider.list(container, { signal: controller.signal, prefix: 'many/' });
      controller.abort(reason);
      await expect(listing).rejects.toBe(reason);
    });
  });
}
