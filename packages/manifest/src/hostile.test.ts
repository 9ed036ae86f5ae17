import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readManifest } from './index.ts';
import {
  BATCH_BYTES,
  MOST_DEPTH,
  MOST_ITEM_BYTES,
  MOST_ITEM_VALUES,
  MOST_MEMBERS,
  MOST_URL_CHARS,
} from './limits.ts';
import { bytesOf, readAll } from './testing-read.ts';

const MEGABYTE = 1024 * 1024;
const good = '{"objectUrl":"https://h/good"}';
const isGood = { type: 'asset', address: { url: 'https://h/good' } };

/** The same text again and again, without being kept. */
async function* repeated(before: string, chunk: string, times: number, after = '') {
  yield bytesOf(before);
  const bytes = bytesOf(chunk);
  for (let i = 0; i < times; i++) yield bytes;
  yield bytesOf(after);
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Bytes of buffers that are still in use. */
function bytesKept(): number {
  collectGarbage();
  collectGarbage(); // the first one can leave buffers to be freed in the background
  return process.memoryUsage().arrayBuffers;
}

async function read(input: AsyncIterable<Uint8Array>) {
  const items = [];
  const problems = [];
  for await (const batch of readManifest(input)) {
    items.push(...batch.items);
    problems.push(...batch.problems);
  }
  return { items, problems };
}

describe('an item that is too large is one problem, and the others are read', () => {
  const filler = 'x'.repeat(MEGABYTE);
  test.each([
    [
      'bytes',
      `{"title":"${filler.repeat(MOST_ITEM_BYTES / MEGABYTE)}"}`,
      `more than ${MOST_ITEM_BYTES} bytes`,
    ],
    ['depth', `{"clientMetadata":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, `100001 objects and lists`],
    [
      'values',
      `{"clientMetadata":{"a":[${'{},'.repeat(MOST_ITEM_VALUES)}{}]}}`,
      `${MOST_ITEM_VALUES + 2} values`,
    ],
    ['URL', `{"objectUrl":"https://h/${'x'.repeat(MOST_URL_CHARS)}"}`, `${MOST_URL_CHARS + 10} characters`],
  ])('%s', async (_, bad, seen) => {
    const inDocument = await readAll(`{"images":[${good},${bad},${good}]}`);
    expect(inDocument.items).toMatchObject([isGood, isGood]);
    expect(inDocument.problems).toMatchObject([
      { code: 'too_large', index: 1, seen: expect.stringContaining(seen) },
    ]);
    const inLines = await readAll(`${good}\n${bad}\n${good}`);
    expect(inLines.items).toMatchObject([isGood, isGood]);
    expect(inLines.problems).toMatchObject([
      { code: 'too_large', index: 1, seen: expect.stringContaining(seen) },
    ]);
  });

  test('nesting up to the limit is fine', async () => {
    const lists = '['.repeat(MOST_DEPTH - 2) + ']'.repeat(MOST_DEPTH - 2);
    const { items } = await readAll(`[{"url":"https://h/a","clientMetadata":{"a":${lists}}}]`);
    expect(items).toHaveLength(1);
  });

  test('a URL of 16 KB is fine', async () => {
    const url = `https://h/a?sig=${'x'.repeat(MOST_URL_CHARS - 16)}`;
    const { items } = await readAll([bytesOf(url)]);
    expect(items).toMatchObject([{ address: { url } }]);
  });

  test('members of a group', async () => {
    const urls = (count: number) =>
      Array.from({ length: count }, (_, i) => `"objectUrl_${i}":"https://h/${i}"`).join(',');
    const { items, problems } = await readAll(
      `{"dicom_series":[{"title":"a",${urls(MOST_MEMBERS)}},{"title":"b",${urls(MOST_MEMBERS + 1)}}]}`,
    );
    expect(items).toMatchObject([{ title: 'a' }]);
    expect(problems).toMatchObject([{ code: 'too_large', seen: `a group of ${MOST_MEMBERS + 1} objects` }]);
    const rows = Array.from({ length: MOST_MEMBERS + 5 }, (_, i) => `https://h/${i},a`).join('\n');
    const table = await readAll(`ObjectURL,Series title\n${rows}\nhttps://h/x,b`);
    expect(table.items).toMatchObject([{ title: 'b' }]);
    expect(table.problems).toMatchObject([{ code: 'too_large' }]);
  });
});

describe('what never ends takes no memory', () => {
  const chunk = 'x'.repeat(MEGABYTE);
  test.each<[string, string, string, RegExp]>([
    ['a text in JSON', `{"images":[${good},{"title":"`, chunk, /The file ends inside images\[1\]/],
    ['lists in JSON', `{"images":[${good},`, '['.repeat(MEGABYTE), /The file ends inside images\[1\]/],
    ['a key', `{"images":[${good}],"`, chunk, /The file ends\. Expected a key/],
    [
      'a quote in CSV',
      'url,title\nhttps://h/good,x\nhttps://h/b,"',
      chunk,
      /quote that opens in the record of line 3/,
    ],
  ])('%s', async (_, before, endless, message) => {
    const items: unknown[] = [];
    const begin = bytesKept();
    let most = 0;
    await expect(async () => {
      for await (const batch of readManifest(repeated(before, endless, 24))) {
        items.push(...batch.items);
        most = Math.max(most, bytesKept() - begin);
      }
    }).rejects.toThrow(message);
    expect(items).toMatchObject([{ address: { url: 'https://h/good' } }]);
    expect(most).toBeLessThan(50 * MEGABYTE);
  });

  test('a line', async () => {
    const { items, problems } = await read(
      repeated('https://h/good\nhttps://h/', chunk, 20, '\nhttps://h/good'),
    );
    expect(items).toMatchObject([isGood, isGood]);
    expect(problems).toMatchObject([{ code: 'too_large', place: { line: 2 } }]);
  });

  test('a heading line', async () => {
    await expect(read(repeated('url,', chunk, 3, '\nhttps://h/a'))).rejects.toThrow(
      /heading line has more than/,
    );
  });

  test('gzip that becomes much larger', async () => {
    const bomb = gzipSync(`["${'x'.repeat(40 * MEGABYTE)}`);
    await expect(readAll([bomb])).rejects.toMatchObject({ code: 'not_compressed_well' });
  });

  test('gzip in gzip', async () => {
    await expect(readAll([gzipSync(gzipSync(good))])).rejects.toThrow('compressed with gzip twice');
  });

  test('gzip that breaks off', async () => {
    const whole = gzipSync(
      Array.from({ length: 5000 }, (_, i) => `https://h/${i}-${Math.sin(i)}`).join('\n'),
    );
    await expect(readAll([whole.subarray(0, whole.length / 2)])).rejects.toMatchObject({
      code: 'format_broken',
    });
  });
});

test('many different warnings are counted, and few are kept', async () => {
  const items = Array.from({ length: 5000 }, (_, i) => `{"objectUrl":"https://h/${i}","k${i}":1}`);
  const { warnings } = await readAll(`{"images":[${items.join(',')}]}`);
  expect(warnings).toHaveLength(101);
  expect(warnings.reduce((sum, { count }) => sum + count, 0)).toBe(5000);
});

test('keys that objects have anyway are data', async () => {
  const { items, warnings } = await readAll(
    '[{"url":"https://h/a","clientMetadata":{"__proto__":{"a":1},"constructor":2},"__proto__":3,"constructor":4}]',
  );
  expect(JSON.stringify(items[0])).toContain('"clientMetadata":{"__proto__":{"a":1},"constructor":2}');
  expect(warnings.map(({ subject }) => subject)).toEqual(['__proto__', 'constructor']);
  const table = await readAll('url,__proto__,constructor\nhttps://h/a,1,2');
  expect(JSON.stringify(table.items[0])).toContain('"clientMetadata":{"__proto__":"1","constructor":"2"}');
});

test('an item keeps to depth and number of values, also behind spaces and in a text that is client metadata', async () => {
  const deep = `{"a":${'['.repeat(MOST_DEPTH)}${']'.repeat(MOST_DEPTH)}}`;
  const wide = `{"a":[${'{},'.repeat(MOST_ITEM_VALUES)}{}]}`;
  for (const metadata of [deep, wide]) {
    const item = `{"url": "https://h/a","clientMetadata":${metadata}}`;
    const asText = `{"url":"https://h/a","clientMetadata":${JSON.stringify(metadata)}}`;
    const { problems } = await readAll(`"https://h/good"\n ${item}\n\t  ${item}\n${asText}`);
    expect(problems).toMatchObject([
      { code: 'too_large', index: 1 },
      { code: 'too_large', index: 2 },
      { code: 'too_large', index: 3, place: { line: 4, path: 'clientMetadata' } },
    ]);
  }
});

test('an item with very many keys or slots takes no time that grows with their square', async () => {
  const count = 100_000;
  const spelled = (i: number) => `${[...i.toString(2)].map(bit => (bit === '1' ? '_' : '-')).join('')}fps`;
  const keys = Array.from({ length: count }, (_, i) => `"${spelled(i)}":1`).join();
  const slots = Array.from({ length: count }, (_, i) => `{"slot_name":"${i}","storage_key":"c/k"}`).join();
  const { items, problems } = await readAll(
    `{"dataset_slug":"a","items":[{"storage_key":"c/k",${keys}},{"name":"a","slots":[${slots}]}]}`,
  );
  expect(Object.keys(items[0]!.extra!)).toHaveLength(count);
  expect(problems).toMatchObject([{ code: 'too_large', index: 1, seen: `a group of ${count} objects` }]);
});

test('objects and lists where a word is expected are no words', async () => {
  const noText = '{"toString":1,"valueOf":1}';
  const { items, warnings } = await readAll(
    `{"items":[{"url":"https://h/a","kind":${noText}}],"skip_duplicate_urls":${noText}}`,
  );
  expect(items).toMatchObject([{ address: { url: 'https://h/a' } }]);
  expect(warnings.map(({ code }) => code)).toEqual(['ignored_value', 'ignored_value']);
  expect(await readAll(`{"type":${noText}}\n{"url":"https://h/a"}`)).toMatchObject({
    format: 'json-lines',
    problems: [{ index: 0 }],
    items: [{ address: { url: 'https://h/a' } }],
  });
  const task = await readAll('[{"data":{"constructor":"https://h/a"}}]');
  expect(task.items[0]).not.toHaveProperty('kind');
});

test('URLs in headings, keys and broken values lose what signs them', async () => {
  const shown = async (text: string, column?: string) =>
    JSON.stringify(
      await readAll(text, column ? { columns: { address: column } } : {}).then(
        ({ problems, warnings }) => ({ problems, warnings }),
        ({ message, fix }) => ({ message, fix }),
      ),
    );
  const url = 'https://h/a?sig=SECRET';
  const told = [
    await shown(`${url},b\n1,2`, 'url'),
    await shown(`x?sig=SECRET,b\n1,2`, 'url'),
    await shown(`${url},${url}\n1,2`, 'url'),
    await shown(`[{"url":"https://h/a","${url}":1}]`),
    await shown('[{"url":"https://h:bad/a#SECRET"}]'),
  ];
  expect(told.map(text => text.includes('SECRET'))).toEqual(told.map(() => false));
  expect(told[0]).toContain('It has https://h/a?sig=…, b.');
});

test('batches of large items end sooner', async () => {
  const large = `{"url":"https://h/a","clientMetadata":{"a":"${'x'.repeat(MEGABYTE)}"}}\n`;
  const counts: number[] = [];
  for await (const { items } of readManifest(repeated('', large, 30))) counts.push(items.length);
  expect(counts.reduce((sum, count) => sum + count)).toBe(30);
  expect(Math.max(...counts)).toBeLessThanOrEqual(BATCH_BYTES / MEGABYTE + 1);
});

test('a group of large rows is refused where it has more than an item may have', async () => {
  const row = `https://h/a,a,${'x'.repeat(MEGABYTE / 2)}\n`;
  const { items, problems } = await read(
    repeated('ObjectURL,Series title,b\n', row, 40, 'https://h/good,b,c\n'),
  );
  expect(items).toMatchObject([{ title: 'b' }]);
  expect(problems).toMatchObject([{ code: 'too_large', seen: expect.stringContaining('a group') }]);
});

test('a large object in place of a list is refused', async () => {
  const member = `"a":"${'x'.repeat(MEGABYTE)}",`;
  await expect(read(repeated('{\n"images":{', member, 20, '"b":1}}'))).rejects.toThrow(
    'images is a large value. Expected a list.',
  );
});
