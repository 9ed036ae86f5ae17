import { compareUtf8 } from '@mooring/storage/server';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findStems } from './stems.ts';

const directories = Array.from({ length: 1000 }, (_, at) => `d/${String(at).padStart(4, '0')}/`);

test('divide many directories evenly, with any names', () => {
  const stems = findStems('d/', { directories, objects: [] }, 100);
  expect(stems).toEqual(Array.from({ length: 100 }, (_, at) => `d/${String(at).padStart(3, '0')}`));
});

test('begin no object of the level', () => {
  const level = { directories: ['d/a1/', 'd/a2/', 'd/b1/', 'd/b2/'], objects: ['d/a', 'd/c'] };
  expect(findStems('d/', level, 2)).toEqual([]);
  expect(findStems('d/', level, 3)).toEqual(['d/a1/', 'd/a2/', 'd/b']);
});

test('of one directory are that directory', () => {
  expect(findStems('d/', { directories: ['d/only/'], objects: ['d/o'] }, 2)).toEqual(['d/only/']);
});

test('of none are none', () => {
  expect(findStems('', { directories: [], objects: ['a'] }, 10)).toEqual([]);
});

test('are disjoint, have all directories and no object, in the order of bytes, and are no more than allowed', () => {
  const name = fc.string({
    unit: fc.constantFrom('a', 'b', '-', '\u{1f600}', '\u{1f601}', '\ud7ff', '\ue000'),
    maxLength: 4,
  });
  const check = fc.property(
    fc.uniqueArray(name, { maxLength: 12 }),
    fc.uniqueArray(name, { maxLength: 3 }),
    fc.integer({ min: 1, max: 8 }),
    (names, objects, most) => {
      const level = {
        directories: names.map(one => `p/${one}/`).sort(compareUtf8),
        objects: objects.map(one => `p/${one}`),
      };
      const stems = findStems('p/', level, most);
      expect(stems.length).toBeLessThanOrEqual(most);
      expect(stems).toEqual(stems.toSorted(compareUtf8));
      if (stems.length === 0) return;
      for (const stem of stems) expect(stem.isWellFormed() && stem.length > 2).toBe(true);
      for (const directory of level.directories)
        expect(stems.filter(stem => directory.startsWith(stem))).toHaveLength(1);
      for (const [at, stem] of stems.entries())
        expect(stems.some((other, place) => place !== at && other.startsWith(stem))).toBe(false);
      expect(level.objects.filter(key => stems.some(stem => key.startsWith(stem)))).toEqual([]);
    },
  );
  fc.assert(check, { numRuns: 500 });
});
