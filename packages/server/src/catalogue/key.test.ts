import { compareUtf8 } from '@mooring/storage/server';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterDirectory, directoryName, directoryOf, nameOf, parentOf, upTo } from './key.ts';
import { adversarialKey } from './testing.ts';

test.each([
  ['a/b/c.jpg', 'a/b/', 'c.jpg', ['a/b/', 'a/', '']],
  ['c.jpg', '', 'c.jpg', ['']],
  ['/c', '/', 'c', ['/', '']],
  ['a//b', 'a//', 'b', ['a//', 'a/', '']],
  ['../x', '../', 'x', ['../', '']],
  ['a/', 'a/', '', ['a/', '']],
])('%s lies in %s', (key, directory, name, chain) => {
  expect(directoryOf(key)).toBe(directory);
  expect(nameOf(key)).toBe(name);
  expect([...upTo('', directory)]).toEqual(chain);
});

test('the chain of directories ends at the top', () => {
  expect([...upTo('a/b/', 'a/b/c/d/')]).toEqual(['a/b/c/d/', 'a/b/c/', 'a/b/']);
  expect([...upTo('a/', 'a/')]).toEqual(['a/']);
});

test('a directory is its parent and its name', () => {
  fc.assert(
    fc.property(adversarialKey, key => {
      const directory = directoryOf(key);
      expect(directory + nameOf(key)).toBe(key);
      if (directory !== '') expect(`${parentOf(directory)}${directoryName(directory)}/`).toBe(directory);
    }),
  );
});

test('every key that begins with a directory lies between it and the next key after it', () => {
  fc.assert(
    fc.property(adversarialKey, adversarialKey, (one, other) => {
      const directory = `${one}/`;
      const isWithin =
        compareUtf8(other, directory) >= 0 && compareUtf8(other, afterDirectory(directory)) < 0;
      expect(isWithin).toBe(other.startsWith(directory));
      expect(compareUtf8(directory + other, afterDirectory(directory))).toBeLessThan(0);
    }),
  );
});
