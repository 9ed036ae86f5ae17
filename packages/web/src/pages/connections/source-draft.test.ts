import { expect, test } from 'vitest';
import { EMPTY_SOURCE, filtersOf, levelsOf, parentPrefix } from './source-draft.ts';

test('filters are globs, one a line', () => {
  const draft = { ...EMPTY_SOURCE, include: ' **/*.jpg \n\n*.png', exclude: '\n' };
  expect(filtersOf(draft)).toEqual({ include: ['**/*.jpg', '*.png'], exclude: [] });
});

test.each([
  ['a/b/', '', 'a/'],
  ['a/', '', ''],
  ['a/b', '', 'a/'],
  ['ab', '', ''],
  ['', '', null],
  ['raw/2026/', 'raw/', 'raw/'],
  ['raw/', 'raw/', null],
  ['raw/2026', 'raw/2', 'raw/2'],
])('from %s, not above %s, one goes up to %s', (prefix, root, parent) => {
  expect(parentPrefix(prefix, root)).toBe(parent);
});

test('the levels of a prefix lead to each place on the way', () => {
  expect(levelsOf('a/b/half', '')).toEqual([
    { name: 'a', prefix: 'a/' },
    { name: 'b', prefix: 'a/b/' },
  ]);
  expect(levelsOf('raw/2026/', 'raw/')).toEqual([{ name: '2026', prefix: 'raw/2026/' }]);
  expect(levelsOf('a//b/', '')).toEqual([
    { name: 'a', prefix: 'a/' },
    { name: '/', prefix: 'a//' },
    { name: 'b', prefix: 'a//b/' },
  ]);
  expect(levelsOf('raw/', 'raw/')).toEqual([]);
});
