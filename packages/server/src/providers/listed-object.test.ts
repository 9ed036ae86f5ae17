import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareUtf8 } from '../platform/utf8-order.ts';
import { compareKeys, ListedObject, noFacts, PageTexts } from './listed-object.ts';
import { plainObject } from './testing-objects.ts';

const KEYS = fc.array(
  fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é', '\uffee', '📷'), minLength: 1, maxLength: 12 }),
  {
    minLength: 2,
  },
);

function objectsWith(keys: readonly string[]): ListedObject[] {
  const texts = new PageTexts();
  texts.fill(Buffer.from(keys.join('')));
  let keyEnd = 0;
  return keys.map(key => {
    const keyStart = keyEnd;
    keyEnd += Buffer.byteLength(key);
    return new ListedObject(texts, { ...noFacts(), keyStart, keyEnd });
  });
}

test('keys are read and compared as the strings that they are', () => {
  fc.assert(
    fc.property(KEYS, keys => {
      const objects = objectsWith(keys);
      expect(objects.map(({ key }) => key)).toEqual(keys);
      const [one, other] = objects as [ListedObject, ListedObject];
      expect(Math.sign(compareKeys(one, other))).toBe(Math.sign(compareUtf8(one.key, other.key)));
      expect(Math.sign(compareKeys(one, plainObject(other)))).toBe(Math.sign(compareKeys(one, other)));
    }),
  );
});

test('an empty object that ends in a slash, or is marked, is a placeholder', () => {
  const [directory, file] = objectsWith(['photos/', 'photos/a.jpg']);
  expect([directory!.placeholder, file!.placeholder]).toEqual([true, false]);
  const { texts, keyStart, keyEnd } = file!;
  const facts = { ...noFacts(), keyStart, keyEnd, isDirectory: true };
  expect(new ListedObject(texts, facts).placeholder).toBe(true);
  expect(new ListedObject(texts, { ...facts, sizeBytes: 1 }).placeholder).toBe(false);
});
