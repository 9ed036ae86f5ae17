import { plainObject, plainPage } from '@mooring/storage/testing';
import { Table, TimestampSecond, tableToIPC, Uint64, Utf8, vectorFromArray } from 'apache-arrow';
import { afterEach, describe, expect, test } from 'vitest';
import { startAnswering } from './testing-answers.ts';

const blob = (name: string, properties = '', metadata = '', lengthBytes = 3) =>
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
});
