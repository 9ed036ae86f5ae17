import { expect, test } from 'vitest';
import { decodeText } from './decode-text.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

test('UTF-8 with and without a mark, and UTF-16 with one', () => {
  expect(decodeText(utf8('grün'))).toBe('grün');
  expect(decodeText(utf8('\ufeffgrün'))).toBe('grün');
  expect(decodeText(new Uint8Array([0xff, 0xfe, 0x67, 0, 0xfc, 0]))).toBe('gü');
  expect(decodeText(new Uint8Array())).toBe('');
});

test('a character cut in two at the end is left out', () => {
  expect(decodeText(utf8('naïve 🛥️ é').slice(0, -1))).toBe('naïve 🛥️ ');
});

test('what is not UTF-8 is read as windows-1252', () => {
  expect(decodeText(new Uint8Array([0x67, 0x72, 0xfc, 0x6e, 0x20, 0x80]))).toBe('grün €');
});

test('bytes that are no text are none', () => {
  expect(decodeText(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0]))).toBeNull();
});
