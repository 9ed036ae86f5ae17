import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createZipNames } from './zip-names.ts';

test.each([
  [
    ['a/photo.jpg', 'a/photo.jpg', 'a/Photo.jpg'],
    ['a/photo.jpg', 'a/photo (2).jpg', 'a/Photo (3).jpg'],
  ],
  [
    ['../../etc/passwd', '/root', 'C:\\x'],
    ['__/__/etc/passwd', 'root', 'C__x'],
  ],
  [
    ['a//./b', '//', 'no-ending', 'no-ending'],
    ['a/b', 'file', 'no-ending', 'no-ending (2)'],
  ],
  [
    ['line\nbreak?.txt', '.hidden', '.hidden'],
    ['line_break_.txt', '.hidden', '.hidden (2)'],
  ],
  [
    ['a', 'a/b.txt', 'A/b.TXT/c', 'a (2)'],
    ['a (2)', 'a/b (2).txt', 'A/b.TXT/c', 'a (2) (2)'],
  ],
  [
    ['con', 'Aux.txt', 'console', 'com1/end.', 'end ', 'caf\u00e9', 'cafe\u0301'],
    ['con_', 'Aux_.txt', 'console', 'com1_/end_', 'end_', 'caf\u00e9', 'cafe\u0301 (2)'],
  ],
])('%j', (keys, names) => {
  expect(keys.map(createZipNames(keys))).toEqual(names);
});

test('of any keys, no path leaves the folder, and none is that of another file or of a folder', () => {
  const part = fc.oneof(fc.constantFrom('..', '.', '', 'a', 'A.txt', 'a.txt', 'a (2).txt'), fc.string());
  const keys = fc.array(fc.array(part, { minLength: 1 }).map(parts => parts.join('/')));
  fc.assert(
    fc.property(keys, all => {
      const nameOf = createZipNames(all);
      const names = all.map(key => nameOf(key));
      const paths = new Set(names.map(name => name.normalize('NFC').toLowerCase()));
      expect(paths.size).toBe(names.length);
      for (const name of names) {
        expect(name).not.toMatch(/^\/|\\/);
        const parts = name.normalize('NFC').toLowerCase().split('/');
        expect(parts).not.toContain('..');
        for (let depth = 1; depth < parts.length; depth++)
          expect(paths).not.toContain(parts.slice(0, depth).join('/'));
      }
    }),
  );
});
