import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeKey, objectUrl, primaryOf } from './urls.ts';

const account = { account: 'acme', endpoint: 'https://127.0.0.1:10000/acme' };

describe('the URL of an object', () => {
  test.each([
    ['plain/a.jpg', 'plain/a.jpg'],
    ['hello? sausage/ #%20+&=.jpg', 'hello%3F%20sausage/%20%23%2520%2B%26%3D.jpg'],
    ['a/../b', 'a%2F..%2Fb'],
    ['../b', '..%2Fb'],
    ['a/.', 'a%2F.'],
    ['a//b/', 'a//b/'],
    ['a..b/...', 'a..b/...'],
  ])('%j is written %s', (key, path) => {
    expect(encodeKey(key)).toBe(path);
  });

  test.each(['.', '..', '', 'half \ud83d'])('refuses %j, which no URL can name', key => {
    expect(() => encodeKey(key)).toThrow(expect.objectContaining({ name: 'ProviderError', kind: 'invalid' }));
  });

  test('keeps every other key apart from all others, and stays in its container', () => {
    const segment = fc.oneof(
      fc.constantFrom('.', '..', '', '%2F', '%2e', 'a'),
      fc.string({ unit: 'grapheme' }),
    );
    const key = fc
      .array(segment, { minLength: 1, maxLength: 6 })
      .map(segments => segments.join('/'))
      .filter(text => !['', '.', '..'].includes(text));
    fc.assert(
      fc.property(key, text => {
        const { pathname } = new URL(objectUrl(account, 'media', text));
        expect(pathname.startsWith('/acme/media/')).toBe(true);
        expect(decodeURIComponent(pathname.slice('/acme/media/'.length))).toBe(text);
      }),
    );
  });
});

test.each([
  ['https://acme-secondary.blob.core.windows.net', 'https://acme.blob.core.windows.net'],
  ['https://acme-secondary.z01.blob.storage.azure.net', 'https://acme.z01.blob.storage.azure.net'],
  ['https://acme.blob.core.windows.net', 'https://acme.blob.core.windows.net'],
  ['https://127.0.0.1:10000/acme', 'https://127.0.0.1:10000/acme'],
  ['https://other-secondary.example', 'https://other-secondary.example'],
])('keys for signing in %s are asked for at %s', (endpoint, expected) => {
  expect(primaryOf({ account: 'acme', endpoint }).endpoint).toBe(expected);
});
