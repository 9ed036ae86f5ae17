import type { ObjectList } from '@mooring/storage/server';
import { plainPage } from '@mooring/storage/testing';
import {
  Bool,
  Dictionary,
  Field,
  Int32,
  Int64,
  Map_,
  RecordBatchStreamWriter,
  Struct,
  Table,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint64,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readArrowPage } from './arrow-reader.ts';
import { type ListedBlob, type Listing, listing } from './testing-pages.ts';
import { type SdkReader, startSdkReader } from './testing-sdk.ts';

const readPage = (body: Buffer) => plainPage(readArrowPage(body));

const refusal = expect.objectContaining({
  name: 'ProviderError',
  kind: 'unexpected',
  message: expect.stringMatching(/cannot be read: /),
});

/** Ways in which a service may store the same columns. */
const style = fc.record({
  time: fc.constantFrom(
    () => new TimestampSecond('UTC'),
    () => new TimestampMillisecond('UTC'),
    () => new TimestampMicrosecond('UTC'),
    () => new TimestampNanosecond('UTC'),
  ),
  size: fc.constantFrom(
    () => new Uint64(),
    () => new Int64(),
  ),
  repeated: fc.constantFrom(
    () => new Utf8(),
    () => new Dictionary(new Utf8(), new Int32()),
  ),
});
type Style = typeof style extends fc.Arbitrary<infer T> ? T : never;

function write({ blobs, prefixes, marker }: Listing, { time, size, repeated }: Style): Buffer {
  const rows: (ListedBlob | string)[] = [...blobs, ...prefixes];
  const ofBlobs = <T>(read: (blob: ListedBlob) => T) =>
    rows.map(row => (typeof row === 'string' ? null : read(row)));
  const entries = new Struct<{ key: Utf8; value: Utf8 }>([
    new Field('key', new Utf8(), false),
    new Field('value', new Utf8(), true),
  ] as never);
  const columns: Record<string, Vector> = {
    Name: vectorFromArray(
      rows.map(row => (typeof row === 'string' ? row : row.name)),
      new Utf8(),
    ),
    ResourceType: vectorFromArray(
      rows.map(row => (typeof row === 'string' ? 'blobprefix' : 'blob')),
      repeated(),
    ),
    Etag: vectorFromArray(
      ofBlobs(({ etag }) => etag),
      new Utf8(),
    ),
    'Last-Modified': vectorFromArray<TimestampSecond>(
      ofBlobs(({ modifiedAt }) => modifiedAt),
      time() as TimestampSecond,
    ),
    'Content-Length': vectorFromArray(
      ofBlobs(({ sizeBytes }) => BigInt(sizeBytes)),
      size(),
    ),
    'Content-Type': vectorFromArray(
      ofBlobs(({ contentType }) => contentType),
      repeated(),
    ),
    AccessTier: vectorFromArray(
      ofBlobs(({ tier }) => tier),
      repeated(),
    ),
    Deleted: vectorFromArray(
      ofBlobs(({ deleted }) => deleted),
      new Bool(),
    ),
    Snapshot: vectorFromArray(
      ofBlobs(({ snapshot }) => snapshot),
      new Utf8(),
    ),
    IsCurrentVersion: vectorFromArray(
      ofBlobs(({ current }) => current),
      new Bool(),
    ),
    Metadata: vectorFromArray(
      ofBlobs(({ metadata }) => metadata && new Map(Object.entries(metadata))),
      new Map_(new Field('entries', entries, false)),
    ),
  };
  const table = new Table(columns);
  if (marker !== null) table.schema.metadata.set('NextMarker', marker);
  return Buffer.from(RecordBatchStreamWriter.writeAll(table).toUint8Array(true));
}

const CURRENT = { deleted: false, snapshot: null, current: null };

describe('a page in Arrow', () => {
  let sdk: SdkReader;
  beforeAll(async () => {
    sdk = await startSdkReader();
  });
  afterAll(() => sdk.stop());

  test('is read as the official SDK reads it, however the columns are stored', async () => {
    const check = fc.asyncProperty(listing, style, async (page, styled) => {
      const body = write(page, styled);
      expect(readPage(body)).toEqual(await sdk.read('arrow', body));
    });
    await fc.assert(check, { numRuns: 200 });
  });

  const [sample] = fc.sample(
    fc.tuple(
      listing.filter(({ blobs }) => blobs.length > 3),
      style,
    ),
    { seed: 3, numRuns: 1 },
  );
  const whole = write(...sample!);

  test('is refused at every place where it can break off within a message', () => {
    const rows = readPage(whole);
    for (let length = 0; length < whole.length; length++) {
      const read = () => readPage(whole.subarray(0, length));
      // Only the mark of the end may be missing.
      if (length >= whole.length - 8)
        expect(readOrRefuse(read)).toBeOneOf([rows, 'refused'].map(expectEqual));
      else expect(read, `${length} of ${whole.length} bytes`).toThrow(refusal);
    }
  });

  test('with any one byte replaced is refused or read, and nothing else', () => {
    const check = fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
      const damaged = Buffer.from(whole);
      damaged[at] = byte;
      readOrRefuse(() => readPage(damaged));
    });
    fc.assert(check, { numRuns: 3000 });
  });

  test('keeps a byte order mark that a name begins with', () => {
    const [blob] = sample![0].blobs;
    const current = { ...blob!, ...CURRENT, name: '\uFEFFa.jpg' };
    const body = write({ blobs: [current], prefixes: [], marker: null }, sample![1]);
    expect(readPage(body).objects[0]!.key).toBe('\uFEFFa.jpg');
  });

  test('keeps little of texts that are too long, and nothing of more rows than a page can have', () => {
    const long = (at: number) => ({
      ...sample![0].blobs[0]!,
      ...CURRENT,
      name: `${at}${'m'.repeat(1_000_000)}`,
    });
    const many = { blobs: [1, 2, 3, 4, 5].map(long), prefixes: [], marker: null };
    const { objects } = readArrowPage(write(many, sample![1]));
    expect(Array.from(objects, ({ key }) => [key[0], key.length > 1024])).toEqual(
      ['1', '2', '3', '4', '5'].map(first => [first, true]),
    );
    expect((objects as ObjectList).bytes).toBeLessThan(30_000);
    const prefixes = Array.from({ length: 5001 }, (_, at) => `${at}/`);
    expect(() => readPage(write({ blobs: [], prefixes, marker: null }, sample![1]))).toThrow(refusal);
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['no Arrow', Buffer.from('<?xml version="1.0"?>')],
    [
      'other columns',
      Buffer.from(
        RecordBatchStreamWriter.writeAll(
          new Table({ Nome: vectorFromArray(['a'], new Utf8()) }),
        ).toUint8Array(true),
      ),
    ],
    [
      'a column of another type',
      Buffer.from(
        RecordBatchStreamWriter.writeAll(new Table({ Name: vectorFromArray([1], new Int32()) })).toUint8Array(
          true,
        ),
      ),
    ],
  ])('that has %s is refused', (_, body) => {
    expect(() => readPage(body)).toThrow(refusal);
  });
});

/** What is read, or that it was refused; anything else that is thrown is a defect. */
function readOrRefuse<T>(read: () => T): T | 'refused' {
  try {
    return read();
  } catch (error) {
    expect(error).toEqual(refusal);
    return 'refused';
  }
}
const expectEqual = (value: unknown) =>
  expect.toSatisfy((seen: unknown) => JSON.stringify(seen) === JSON.stringify(value));
