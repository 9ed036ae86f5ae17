import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listAll } from '../conformance/list.ts';
import { createMemoryProvider, createMemoryStorage } from '../memory/index.ts';
import { listFrom } from './list-from.ts';
import type { ListOptions } from './provider.ts';

/** Neighbours of all sorts: the ends of the alphabet, of UTF-16's pairs, and of ASCII. */
const characters = [
  '\u0001',
  ' ',
  '/',
  '0',
  '`',
  'a',
  'b',
  'é',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '😀',
  '\u{10ffff}',
];
const keys = fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 6 });

describe('a listing from a key on', () => {
  test('is the same for both lower bounds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(keys, { maxLength: 30 }),
        keys,
        fc.option(keys, { nil: undefined }),
        fc.constantFrom('', 'a', 'a/'),
        fc.constantFrom('/', undefined),
        fc.integer({ min: 1, max: 4 }),
        async (stored, startFrom, endBefore, prefix, delimiter, pageSize) => {
          const storage = createMemoryStorage();
          for (const key of stored) storage.put(key, 'x');
          const options: ListOptions = { startFrom: prefix + startFrom, prefix, delimiter, pageSize };
          if (endBefore !== undefined) options.endBefore = prefix + endBefore;
          const list = async (lowerBound: 'inclusive' | 'exclusive') => {
            const { keys, prefixes } = await listAll(
              createMemoryProvider({ storage, lowerBound }),
              'data',
              options,
            );
            return { keys, prefixes };
          };
          const [inclusive, exclusive] = [await list('inclusive'), await list('exclusive')];
          const around = exclusive.prefixes.filter(each => options.startFrom!.startsWith(each));
          const prefixes = [...new Set([...around, ...inclusive.prefixes])];
          expect(exclusive).toEqual({ keys: inclusive.keys, prefixes });
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('asks for no bound longer than a key can be', async () => {
    const storage = createMemoryStorage();
    const key = 'é'.repeat(512);
    for (const each of [key, `${key.slice(0, -1)}è`]) storage.put(each, 'x');
    const provider = createMemoryProvider({ storage, lowerBound: 'exclusive' });
    const asked: ListOptions[] = [];
    const list: typeof provider.list = (container, options = {}) => {
      asked.push(options);
      return provider.list(container, options);
    };
    const page = await listFrom({ ...provider, list }, 'data', { startFrom: key });
    expect(Array.from(page.objects, object => object.key)).toEqual([key]);
    expect(Buffer.byteLength(asked[0]!.startAfter!)).toBeLessThanOrEqual(1024);
  });
});
