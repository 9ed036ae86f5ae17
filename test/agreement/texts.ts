import fc from 'fast-check';

/** Texts that something is likely to go wrong with. */
export const NASTY = [
  ...['', ' ', '\t', '-', '--', '--json', '-contoso.com', 'contoso-.com', 'a..b', '.com', 'localhost'],
  ...['example.xn--p1ai', 'EXAMPLE.COM', 'пример.рф', 'contoso.123', `${'a'.repeat(64)}.com`, 'a@b.com'],
  ...['@file', '@/etc/passwd', '"quoted"', "'quoted'", '`quoted`', '“quoted”', 'a\nb', 'a\r\nb', 'a\u00a0b'],
  ...[
    '\u200bhidden',
    '\ufeffmark',
    'zero\u0000byte',
    '../..',
    '..',
    'a/b',
    '/',
    '//',
    'a\\b',
    'C:\\data',
    '~',
  ],
  ...[
    'é',
    'e\u0301',
    '🚢',
    '\u202eright',
    'a%2Fb',
    '%',
    '%zz',
    'a b',
    'null',
    'undefined',
    '{}',
    '$(id)',
    "'; id",
  ],
  ...[
    'acme',
    'acme/photos',
    'acme/photos/raw',
    'https://',
    'https://acme',
    'http://127.0.0.1:10000/acme/photos',
  ],
  ...[
    'https://acme.blob.core.windows.net',
    'https://acme.dfs.core.windows.net/photos/a b/',
    'abfss://photos@acme',
  ],
  ...[
    'https://portal.azure.com/#view',
    'https://acme.queue.core.windows.net/q',
    'ftp://acme.blob.core.windows.net/p',
  ],
  ...[
    'AccountName=acme;AccountKey=abc',
    `${'A'.repeat(86)}==`,
    '-----BEGIN CERTIFICATE-----',
    'sv=2025&sig=x',
  ],
  ...['6f1e7c2a-0b0d-4f0e-9a4b-2f1d3c5e7a90', '{6f1e7c2a-0b0d-4f0e-9a4b-2f1d3c5e7a90}', 'x'.repeat(1025)],
];

const PIECES = [...'-._/@"\'\\ \n:?#&=%+;,\u00a0\u200b\u0000é', 'A', '0', '🚢', '--', '..', 'xn--'];

/** A text with a piece of it replaced, removed, or put in. */
const changed = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(text.length), fc.nat(2), fc.oneof(fc.constantFrom(...PIECES), fc.constant('')))
    .map(([at, removed, piece]) => text.slice(0, at) + piece + text.slice(at + removed));

/** A text inside what copying puts around it. */
const wrapped = (text: string): fc.Arbitrary<string> =>
  fc
    .constantFrom('"', "'", '`', ' ', '\n', '\t', '\u00a0', '\ufeff', '  "')
    .map(around => around + text + [...around].reverse().join(''));

/** Texts for a field: sound ones, the same a little changed, nasty ones, and any. */
export const textsLike = (sound: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...sound),
    fc.constantFrom(...sound).chain(changed),
    fc.constantFrom(...sound).chain(wrapped),
    fc.constantFrom(...NASTY),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );
