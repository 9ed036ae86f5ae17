import type { ObjectList } from '@mooring/storage/server';
import { plainObject, plainPage } from '@mooring/storage/testing';
import { Table, TimestampSecond, tableToIPC, Uint64, Utf8, vectorFromArray } from 'apache-arrow';
import { afterEach, describe, expect, test } from 'vitest';
import { startAnswering } from './testing-answers.ts';

const blob = (name: string, properties = '', metadata = '', lengthBytes: number | string = 3) =>
  `<Blob><Name${name.startsWith('%') ? ' Encoded="true"' : ''}>${name}</Name><Properties><Last-Modified>Sun, 22 Nov 2026 01:10:00 GMT</Last-Modified><Etag>0x8DC1</Etag><Content-Length>${lengthBytes}</Content-Length><BlobType>BlockBlob</BlobType>${properties}</Properties><Metadata>${metadata}</Metadata><OrMetadata /></Blob>`;

/** A page as Azure sends it, byte order mark and all. */
const page = (blobs: string[], nextMarker = '') =>
  `\uFEFF<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://127.0.0.1/acme" ContainerName="media"><MaxResults>5000</MaxResults><Blobs>${blobs.join('')}</Blobs><NextMarker>${nextMarker}</NextMarker></EnumerationResults>`;

describe('a page of a listing', () => {
  const asked: URL[] = [];
  let storage: Awaited<ReturnType<typeof startAnswering>>;
  afterEach(() => storage.stop());
  const list = async (body: string, options?: Parameters<typeof storage.provider.list>[1]) => {
    storage = await startAnswering((request, response) => {
      asked.push(new URL(request.url!, 'http://127.0.0.1'));
      response.writeHead(200, { 'content-type': 'application/xml' }).end(body);
    });
    return storage.provider.list('media', options);
  };

  test('is read whole', async () => {
    const { objects, prefixes, cursor } = await list(
      page(
        [
          blob('a.jpg', '<Content-Type>image/jpeg</Content-Type><AccessTier>Hot</AccessTier>'),
          blob('b.bin', '<AccessTier>Archive</AccessTier>'),
          blob(
            'c.bin',
            '<AccessTier>Archive</AccessTier><ArchiveStatus>rehydrate-pending-to-hot</ArchiveStatus>',
          ),
        ],
        '2!100!MDAwMDA5',
      ),
    );
    expect(plainObject(objects.at(0)!)).toEqual({
      key: 'a.jpg',
      etag: '0x8DC1',
      sizeBytes: 3,
      contentType: 'image/jpeg',
      tier: 'Hot',
      archiveState: 'readable',
      lastModified: new Date('2026-11-22T01:10:00Z'),
      placeholder: false,
    });
    expect(Array.from(objects, ({ archiveState, contentType }) => [archiveState, contentType])).toEqual([
      ['readable', 'image/jpeg'],
      ['archived', null],
      ['archived', null],
    ]);
    expect([prefixes, cursor]).toEqual([[], '2!100!MDAwMDA5']);
  });

  test('may have keys that XML cannot hold, and spaces that count', async () => {
    const { objects } = await list(
      page(['%0D%EF%BF%BE%2520', ' both ends ', 'a &amp;amp; b'].map(name => blob(name))),
    );
    expect(Array.from(objects, ({ key }) => key)).toEqual(['\r\ufffe%20', ' both ends ', 'a &amp; b']);
  });

  test('marks directories of a hierarchical namespace', async () => {
    const { objects } = await list(
      page([
        blob('directory', '', '<hdi_isfolder>true</hdi_isfolder>', 0),
        blob('copied', '', '<Hdi_isfolder>true</Hdi_isfolder>', 0),
        blob('file', '', '<hdi_isfolder>false</hdi_isfolder>', 0),
        blob('full', '', '<hdi_isfolder>true</hdi_isfolder>', 1),
      ]),
    );
    expect(Array.from(objects, ({ placeholder }) => placeholder)).toEqual([true, true, false, false]);
  });

  test('is asked for with metadata, in the largest size, and with what the caller gives', async () => {
    await list(page([]), { prefix: 'photos/', cursor: 'a marker', delimiter: '/' });
    expect(Object.fromEntries(asked.at(-1)!.searchParams)).toMatchObject({
      comp: 'list',
      include: 'metadata',
      maxresults: '5000',
      prefix: 'photos/',
      marker: 'a marker',
      delimiter: '/',
    });
  });

  test('is asked for in Arrow, and read as what its type says', async () => {
    const modified = new Date('2026-11-22T01:10:00Z');
    const table = new Table({
      Name: vectorFromArray(['a.jpg'], new Utf8()),
      Etag: vectorFromArray(['0x8DC1'], new Utf8()),
      'Last-Modified': vectorFromArray([modified.getTime()], new TimestampSecond()),
      'Content-Length': vectorFromArray([3n], new Uint64()),
    });
    let accepted: string | undefined;
    storage = await startAnswering((request, response) => {
      accepted = request.headers.accept;
      response.writeHead(200, { 'content-type': 'application/vnd.apache.arrow.stream' });
      response.end(tableToIPC(table));
    });
    const { objects, cursor } = await storage.provider.list('media');
    expect(accepted).toBe('application/vnd.apache.arrow.stream, application/xml');
    expect([Array.from(objects, ({ key, lastModified }) => [key, lastModified]), cursor]).toEqual([
      [['a.jpg', modified]],
      null,
    ]);
  });

  test('may hold nothing and still not be the last', async () => {
    expect(plainPage(await list(page([], 'go on')))).toEqual({ objects: [], prefixes: [], cursor: 'go on' });
  });

  test('may say sizes that are not exact, which are not taken for others', async () => {
    const sizes = ['9007199254740991', '9007199254740993', '1'.repeat(400), '0'.repeat(20)];
    const { objects } = await list(page(sizes.map((size, at) => blob(`${at}.bin`, '', '', size))));
    const read = Array.from(objects, ({ sizeBytes }) => sizeBytes);
    expect(read.map(Number.isSafeInteger)).toEqual([true, false, false, true]);
    expect([read[0], read[3]]).toEqual([Number.MAX_SAFE_INTEGER, 0]);
  });

  test.each([
    ['in the order of their bytes', 'm'.repeat(2_000_000)],
    ['with entities', `&amp;${'m'.repeat(2_000_000)}`],
    ['in many bytes', 'é'.repeat(2_000_000)],
  ])('keeps little of keys that are too long, %s', async (_, key) => {
    const { objects } = await list(page([blob('a'), blob(key), blob('z')]));
    const keys = Array.from(objects, one => one.key);
    expect([keys[0], keys[2]]).toEqual(['a', 'z']);
    expect(keys[1]!.length).toBeGreaterThan(1024);
    expect((objects as ObjectList).bytes).toBeLessThan(10_000);
  });

  test('is refused with more entries than were asked for', async () => {
    const entries = Array.from({ length: 11 }, (_, at) => blob(`${at + 10}`));
    await expect(list(page(entries), { pageSize: 10 })).rejects.toMatchObject({
      kind: 'unexpected',
      message: expect.stringContaining('more entries than the 10 that were asked for'),
    });
  });

  test('is refused while it is read with more entries than a page can have', async () => {
    const entries = Array.from({ length: 6000 }, (_, at) => blob(`${at + 10_000}`));
    await expect(list(page(entries))).rejects.toMatchObject({
      message: expect.stringContaining('more than 5000 entries'),
    });
  });
});
