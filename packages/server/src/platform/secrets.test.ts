import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createSecretBox,
  deriveKey,
  formatKeys,
  isFormer,
  newSecretKey,
  parseKeys,
  type SealedFor,
} from './secrets.ts';
import { formerlySealed } from './testing-secrets.ts';

const KEYS = [1, 2].map(n => Buffer.alloc(32, n).toString('base64'));
const boxOf = (keys: string) => createSecretBox({ keys: parseKeys(keys)! });
const of = (...values: unknown[]): SealedFor => ({
  name: 'con_1',
  words: 'what it was made for',
  fix: 'Replace it.',
  values: ['test', ...values],
});

describe('sealing', () => {
  test('gives back what was sealed, together with what it belongs to only', () => {
    const box = boxOf(KEYS[0]!);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, id) => {
        const sealed = box.seal(plain, of(id));
        expect(box.unseal(sealed, of(id))).toBe(plain);
        for (const other of [of(`${id}x`), of(), of(id, null), of([id])])
          expect(() => box.unseal(sealed, other)).toThrow(
            'The stored secret of con_1 is damaged or belongs to another row. It opens only with what it was made for.',
          );
      }),
    );
  });

  test('takes no notice of the order of fields, and of everything else', () => {
    const box = boxOf(KEYS[0]!);
    const sealed = box.seal(
      'a',
      of({ account: 'acme', endpoint: 'https://acme.example', at: { x: 1, y: 2 } }),
    );
    const open = (location: object) => box.unseal(sealed, of(location));
    expect(open({ at: { y: 2, x: 1 }, endpoint: 'https://acme.example', account: 'acme' })).toBe('a');
    for (const other of [
      { account: 'acme', endpoint: 'https://evil.example', at: { x: 1, y: 2 } },
      { account: 'evil', endpoint: 'https://acme.example', at: { x: 1, y: 2 } },
      { account: 'acme', endpoint: 'https://acme.example', at: { x: 1, y: 3 } },
      { account: 'acme', endpoint: 'https://acme.example', at: { x: 1, y: 2 }, more: '' },
    ])
      expect(() => open(other)).toThrow('belongs to another row');
  });

  test('never looks alike twice, and does not show the text', () => {
    const box = boxOf(KEYS[0]!);
    const sealed = box.seal('the secret', of(1));
    expect(sealed.includes('the secret')).toBe(false);
    expect(sealed.equals(box.seal('the secret', of(1)))).toBe(false);
  });

  test('notices every changed byte and every cut', () => {
    const box = boxOf(KEYS[0]!);
    const sealed = box.seal('the secret', of(1));
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed);
      changed[i]! ^= 1;
      expect(() => box.unseal(changed, of(1)), `byte ${i}`).toThrow();
      expect(() => box.unseal(sealed.subarray(0, i), of(1)), `first ${i} bytes`).toThrow();
    }
  });

  test('the first of several keys seals, all of them open, and they may change meanwhile', () => {
    const ring = { keys: parseKeys(KEYS[0]!)! };
    const box = createSecretBox(ring);
    const renewed = boxOf(KEYS[1]!);
    const old = box.seal('a', of(1));
    ring.keys = parseKeys(`${KEYS[1]}, ${KEYS[0]}`)!;
    expect(box.unseal(old, of(1))).toBe('a');
    expect(renewed.unseal(box.seal('b', of(1)), of(1))).toBe('b');
    expect(() => renewed.unseal(old, of(1))).toThrow(
      /sealed with the key [0-9a-f]{8}, which this process does not have/,
    );
  });

  test('opens what an older version sealed only where it is asked to', () => {
    const box = boxOf(KEYS[0]!);
    const former = formerlySealed(KEYS[0]!, 'a secret', 'con_1');
    expect(isFormer(former)).toBe(true);
    expect(box.unsealFormer(former, 'con_1')).toBe('a secret');
    expect(() => box.unsealFormer(former, 'con_2')).toThrow('is damaged');
    expect(() => box.unseal(former, of(1))).toThrow('was sealed by an older Mooring');
    expect(() => box.unsealFormer(box.seal('a', of(1)), 'con_1')).toThrow('is damaged');
  });
});

test('derived keys differ by purpose and stay the same', () => {
  const [key] = parseKeys(KEYS[0]!)!;
  expect(deriveKey(key, 'relay')).toEqual(deriveKey(key, 'relay'));
  expect(deriveKey(key, 'relay')).toEqual(deriveKey(parseKeys(KEYS[0]!)![0], 'relay'));
  expect(deriveKey(key, 'relay')).not.toEqual(deriveKey(key, 'other'));
  expect(deriveKey(key, 'relay')).not.toEqual(key.bytes);
});

test('keys are read as they are written', () => {
  const keys = [newSecretKey(), newSecretKey()] as const;
  expect(parseKeys(formatKeys(keys))).toEqual(keys);
});
