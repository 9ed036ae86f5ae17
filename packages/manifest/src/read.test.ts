import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { previewManifest, readManifest } from './index.ts';
import { BATCH_UNITS } from './limits.ts';
import { bytesOf, chunksOf, readAll } from './testing-read.ts';

describe('what is no manifest', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ['nothing', '', /The file has nothing/],
    ['spaces', ' \n ', /The file has nothing/],
    ['a picture', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16), /bytes that are no text/],
    [
      'other JSON',
      '{\n"name": "x",\n"version": 2\n}',
      /an object with “name”, “version”, and no list of items/,
    ],
    ['a table without addresses', 'a,b\n1,2', /No column is known to hold addresses\. The headings are a, b/],
    ['a table with one heading twice', 'url,a,a\n', /Two columns have the heading a/],
    ['an object in place of a list', '{"images": {"a": 1}}', /images is an object with a\. Expected a list/],
    [
      'a missing comma',
      '{"images":[{"objectUrl":"https://h/a"} {"objectUrl":"https://h/b"}]}',
      /at images\[1\] has \{/,
    ],
    ['more after the end', '{"images":[]} {"images":[]}', /Line 1 has \{\. Expected the end of the file/],
    ['a cut file', '{"images":[{"objectUrl":"https://h/a"},', /The file ends inside images\[1\]/],
  ])('%s', async (_, content, message) => {
    const bytes = typeof content === 'string' ? bytesOf(content) : content;
    await expect(readAll([bytes])).rejects.toThrow(message);
  });
});

test.each(['{}', '{"images":[]}', '{"images":null,"skip_duplicate_urls":false}', '[]', '{"items":[]}'])(
  '%s is a manifest without items',
  async text => {
    expect(await readAll(text)).toMatchObject({ items: [], problems: [], index: 0 });
  },
);

test('a key twice is refused where its values differ, at any depth', async () => {
  const { items, problems, warnings } = await readAll(
    `[{"url":"https://h/a","clientMetadata":{"a":{"b":1,"b":2}}},
      {"url":"https://h/b","clientMetadata":{"a":{"b":"}\\"","b":"}\\""}}},
      {"url":"https://h/c?sig=x","url":"https://h/d"}]`,
  );
  expect(items).toMatchObject([{ clientMetadata: { a: { b: '}"' } } }]);
  expect(problems).toMatchObject([
    { code: 'duplicate_key', index: 0, seen: 'the key b twice, with different values', url: 'https://h/a' },
    { code: 'duplicate_key', index: 2, url: 'https://h/c?sig=…' },
  ]);
  expect(warnings).toMatchObject([{ code: 'duplicate_key', count: 1 }]);
});

test('a key twice is found beside a text of many megabytes', async () => {
  const long = String.raw`\n\"`.repeat(3_000_000);
  const { problems } = await readAll(`[{"url":"https://h/a","clientMetadata":{"a":1,"a":2,"b":"${long}"}}]`);
  expect(problems).toMatchObject([{ code: 'duplicate_key' }]);
});

test('flags stand before or behind the items, and the last one counts', async () => {
  const { flags, warnings } = await readAll(
    '{"skipDuplicateUrls":false,"images":[],"skipDuplicateUrls":true,"upsert_metadata":"True"}',
  );
  expect(flags).toEqual({ skipDuplicateUrls: true, upsertMetadata: true });
  expect(warnings).toMatchObject([{ code: 'duplicate_key', subject: 'skipDuplicateUrls' }]);
});

test('names that are relative stand below a base', async () => {
  const cvat = '{"version":"1.0"}\n{"type":"images"}\n{"name":"a","extension":".jpg","width":1,"height":1}';
  expect(await readAll(cvat, { base: 'container/in/' })).toMatchObject({
    items: [{ address: { path: 'container/in/a.jpg' } }],
  });
  expect(await readAll('path\nb/c.jpg', { base: 'container' })).toMatchObject({
    items: [{ address: { path: 'container/b/c.jpg' } }],
  });
  expect(await readAll('https://h/a\nd.jpg', { base: 'container' })).toMatchObject({
    items: [{ address: { url: 'https://h/a' } }, { address: { path: 'container/d.jpg' } }],
  });
});

test('columns are what a person says', async () => {
  const text = 'where;what;which;url\nhttps://h/a;A;image;x';
  const columns = { address: 'where', title: 'what', kind: 'which' };
  expect(await readAll(text, { columns })).toMatchObject({
    format: 'csv',
    headings: ['where', 'what', 'which', 'url'],
    items: [{ address: { url: 'https://h/a' }, title: 'A', kind: 'image', clientMetadata: { url: 'x' } }],
  });
  await expect(readAll(text, { columns: { address: 'place' } })).rejects.toMatchObject({
    code: 'columns_unknown',
    columns: ['where', 'what', 'which', 'url'],
  });
});

test('bytes that are no UTF-8 are a problem of their item', async () => {
  const bad = Uint8Array.of(0xe9);
  const parts = (before: string, after: string) => [bytesOf(before), bad, bytesOf(after)];
  for (const chunks of [
    parts('https://h/a\nhttps://h/', '\nhttps://h/c'),
    parts('url\nhttps://h/a\nhttps://h/', '\nhttps://h/c'),
    parts('["https://h/a","https://h/', '","https://h/c"]'),
    parts('"https://h/a"\n"https://h/', '"\n"https://h/c"'),
  ])
    expect(await readAll(chunks)).toMatchObject({
      items: [{ address: { url: 'https://h/a' } }, { address: { url: 'https://h/c' } }],
      problems: [{ index: 1, seen: 'bytes that are no UTF-8' }],
    });
});

describe('Parquet', () => {
  const count = 2500;
  const numbers = Array.from({ length: count }, (_, i) => i);
  const file = new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'url', data: numbers.map(i => (i === 7 ? 'nonsense' : `https://h/${i}`)), type: 'STRING' },
        { name: 'width', data: numbers.map(i => i + 1), type: 'INT32' },
        { name: 'size', data: numbers.map(i => BigInt(i) + 1n), type: 'INT64' },
        { name: 'label', data: numbers.map(() => 'cat'), type: 'STRING' },
        { name: 'taken', data: numbers.map(() => new Date(0)), type: 'TIMESTAMP' },
      ],
      rowGroupSize: 1000,
    }),
  );

  test.each<[string, () => Blob | Uint8Array[]]>([
    ['a file', () => new Blob([file])],
    ['a stream', () => [file.slice(0, 100), file.slice(100)]],
    ['a file that is compressed with gzip', () => new Blob([new Uint8Array(gzipSync(file))])],
  ])('%s', async (_, input) => {
    const { format, items, problems, headings, index } = await readAll(input());
    expect({ format, headings, index, items: items.length }).toEqual({
      format: 'parquet',
      headings: ['url', 'width', 'size', 'label', 'taken'],
      index: count,
      items: count - 1,
    });
    expect(items[8]).toEqual({
      type: 'asset',
      place: { row: 10 },
      address: { url: 'https://h/9' },
      facts: { width: 10, sizeBytes: 10 },
      clientMetadata: { label: 'cat', taken: '1970-01-01T00:00:00.000Z' },
    });
    expect(problems).toMatchObject([{ code: 'address_invalid', index: 7, place: { row: 8, path: 'url' } }]);
  });

  test('what breaks off is refused', async () => {
    await expect(readAll(new Blob([file.slice(0, 500)]))).rejects.toMatchObject({ code: 'format_broken' });
  });
});

test('batches have so many items and say how far they are', async () => {
  const text = `{"images":[${Array.from({ length: 2500 }, (_, i) => `{"objectUrl":"https://h/${i}"}`).join()}]}`;
  const batches = await Array.fromAsync(readManifest(new Blob([text])));
  expect(batches.map(({ items, index }) => [items.length, index])).toEqual([
    [BATCH_UNITS, BATCH_UNITS],
    [BATCH_UNITS, 2 * BATCH_UNITS],
    [500, 2500],
  ]);
  expect(batches.at(-1)!.bytesRead).toBe(text.length);
});

test('reading stops where it is asked to, and ends its source', async () => {
  let ended = false;
  async function* endless() {
    try {
      for (;;) yield bytesOf('https://h/a\n');
    } finally {
      ended = true;
    }
  }
  const controller = new AbortController();
  await expect(async () => {
    for await (const _ of readManifest(endless(), { signal: controller.signal }))
      controller.abort(new Error('Enough.'));
  }).rejects.toThrow('Enough.');
  expect(ended).toBe(true);
  ended = false;
  for await (const _ of readManifest(endless())) break;
  expect(ended).toBe(true);
});

test('an error of the source is thrown as it is', async () => {
  async function* failing() {
    yield bytesOf('https://h/a\n');
    throw new Error('The network is gone.');
  }
  await expect(readManifest(failing()).next()).rejects.toThrow('The network is gone.');
});

describe('a preview', () => {
  test('has the first items and reads no more', async () => {
    let given = 0;
    async function* lines() {
      for (; given < 1_000_000; given++)
        yield bytesOf(given === 3 ? 'https://h/a b\n' : `https://h/${given}\n`);
    }
    const preview = await previewManifest(lines(), 5);
    expect(preview).toMatchObject({ format: 'url-list', isWhole: false, problems: [{ index: 3 }] });
    expect(preview.items).toHaveLength(4);
    expect(given).toBeLessThan(20_000);
  });

  test('of a small file says that it is whole', async () => {
    const preview = await previewManifest(chunksOf([bytesOf('url,title\nhttps://h/a,A')]), 5);
    expect(preview).toMatchObject({ headings: ['url', 'title'], isWhole: true, items: [{ title: 'A' }] });
  });
});
