import { plainPage } from '@mooring/storage/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ListedBlob, type Listing, listing } from './testing-pages.ts';
import { type SdkReader, startSdkReader } from './testing-sdk.ts';
import { readXmlPage } from './xml-reader.ts';

const readPage = (body: Buffer) => plainPage(readXmlPage(body));

const refusal = expect.objectContaining({
  name: 'ProviderError',
  kind: 'unexpected',
  message: expect.stringMatching(/cannot be read: /),
});
const refused = (body: Buffer | string) => expect(() => readPage(Buffer.from(body))).toThrow(refusal);

const escaped = (text: string) => text.replace(/[&<>"']/g, character => ENTITIES[character]!);
const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Where the same page can be written in more than one way. */
interface Style {
  mark: boolean;
  declaration: boolean;
  space: string;
  shortEmpty: boolean;
  encode: boolean;
}
const style: fc.Arbitrary<Style> = fc.record({
  mark: fc.boolean(),
  declaration: fc.boolean(),
  space: fc.constantFrom('', '\n  ', '\r\n'),
  shortEmpty: fc.boolean(),
  encode: fc.boolean(),
});

function write(
  { blobs, prefixes, marker }: Listing,
  { mark, declaration, space, shortEmpty, encode }: Style,
): Buffer {
  const element = (name: string, text: string | null, attributes = '') => {
    if (text === null) return '';
    if (text === '' && shortEmpty) return `<${name}${attributes} />${space}`;
    return `<${name}${attributes}>${text}</${name}>${space}`;
  };
  const nameElement = (name: string) =>
    encode ? element('Name', encodeURIComponent(name), ' Encoded="true"') : element('Name', escaped(name));
  const blobElement = (blob: ListedBlob) => {
    const properties = [
      element('Creation-Time', 'Thu, 01 Jan 1970 00:00:00 GMT'),
      element('Last-Modified', new Date(blob.modifiedAt).toUTCString()),
      element('Etag', escaped(blob.etag)),
      element('Content-Length', String(blob.sizeBytes)),
      element('Content-Type', blob.contentType && escaped(blob.contentType)),
      element('Content-Encoding', ''),
      element('BlobType', 'BlockBlob'),
      element('AccessTier', blob.tier),
    ];
    const metadata =
      blob.metadata && Object.entries(blob.metadata).map(([name, value]) => element(name, escaped(value)));
    const parts = [
      nameElement(blob.name),
      element('Deleted', blob.deleted ? 'true' : null),
      element('Snapshot', blob.snapshot),
      element('IsCurrentVersion', blob.current === null ? null : String(blob.current)),
      element('Properties', space + properties.join('')),
      element('Metadata', metadata?.join('') ?? null),
      element('OrMetadata', ''),
    ];
    return element('Blob', space + parts.join(''));
  };
  const entries = [
    ...blobs.map(blobElement),
    ...prefixes.map(name => element('BlobPrefix', nameElement(name))),
  ];
  return Buffer.from(
    `${mark ? '\uFEFF' : ''}${declaration ? `<?xml version="1.0" encoding="utf-8"?>${space}` : ''}<EnumerationResults ServiceEndpoint="http://127.0.0.1/a>b" ContainerName='media'>${space}${element('Prefix', 'a')}${element('MaxResults', '5000')}${element('Blobs', entries.join(''))}${element('NextMarker', marker === null ? '' : escaped(marker))}</EnumerationResults>\n`,
  );
}

describe('a page in XML', () => {
  let sdk: SdkReader;
  beforeAll(async () => {
    sdk = await startSdkReader();
  });
  afterAll(() => sdk.stop());

  test('is read as the official SDK reads it', async () => {
    const check = fc.asyncProperty(listing, style, async (page, styled) => {
      const body = write(page, styled);
      expect(readPage(body)).toEqual(await sdk.read('xml', body));
    });
    await fc.assert(check, { numRuns: 300 });
  });

  test('holds the same blobs together as each of them alone', () => {
    const blobs = fc.array(
      listing.filter(page => page.blobs.length > 0).map(page => page.blobs),
      { minLength: 1, maxLength: 3 },
    );
    const check = fc.property(blobs, style, (kinds, styled) => {
      // Again and again, with other texts, so that most are written as one before them.
      const many = Array.from({ length: 5 }, (_, round) =>
        kinds.flat().map(blob => ({ ...blob, name: `${blob.name}${round}`, modifiedAt: round * 86_400_000 })),
      ).flat();
      const alone = many.flatMap(blob => readPage(write({ ...NOTHING, blobs: [blob] }, styled)).objects);
      expect(readPage(write({ ...NOTHING, blobs: many }, styled)).objects).toEqual(alone);
    });
    fc.assert(check, { numRuns: 200 });
  });

  test('with any one byte replaced holds what its damaged blob holds alone, or is refused', () => {
    const blob = blobOf('<Name>a&amp;b</Name><Deleted>false</Deleted><Metadata><a>b</a></Metadata>');
    const check = fc.property(fc.nat(blob.length - 1), fc.nat(255), (at, byte) => {
      const damaged = Buffer.from(blob);
      damaged[at] = byte;
      const read = (blobs: Uint8Array[]) => {
        try {
          return readPage(pageOf(Buffer.concat(blobs))).objects.at(-1);
        } catch (error) {
          return error;
        }
      };
      const alone = read([damaged]);
      const afterOthers = read([Buffer.from(blob), Buffer.from(blob), damaged]);
      if (alone instanceof Error) expect([alone, afterOthers]).toEqual([refusal, refusal]);
      else if (alone) expect(afterOthers).toEqual(alone);
    });
    fc.assert(check, { numRuns: 3000 });
  });

  test('may write any character in any form', () => {
    const form = fc.constantFrom<(character: string) => string>(
      character => ENTITIES[character] ?? character,
      character => `&#${character.codePointAt(0)};`,
      character => `&#x${character.codePointAt(0)!.toString(16)};`,
      character => `&#x${character.codePointAt(0)!.toString(16).toUpperCase().padStart(6, '0')};`,
    );
    const character = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });
    const pairs = fc.array(fc.tuple(character.filter(isWritable), form), { minLength: 1, maxLength: 10 });
    const check = fc.property(pairs, characters => {
      const written = characters.map(([one, as]) => as(one)).join('');
      const { objects } = readPage(pageOf(blobOf(`<Name>${written}</Name>`)));
      expect(objects[0]!.key).toBe(characters.map(([one]) => one).join(''));
    });
    fc.assert(check);
  });

  test('may percent-encode a name that XML cannot hold', () => {
    const { objects } = readPage(pageOf(blobOf('<Name Encoded="true">%00%0D%EF%BF%BF%2520</Name>')));
    expect(objects[0]!.key).toBe('\0\r\uffff%20');
    refused(pageOf(blobOf('<Name Encoded="true">%zz</Name>')));
  });

  test('is refused at every place where it can break off', () => {
    const sample = fc.sample(listing, { seed: 7, numRuns: 3 }).flatMap(({ blobs }) => blobs.slice(0, 2));
    const whole = write(
      {
        blobs: [...sample, ...sample],
        prefixes: ['a/'],
        marker: 'a&b<c',
      },
      { mark: true, declaration: true, space: '\n', shortEmpty: true, encode: false },
    );
    expect(() => readPage(whole)).not.toThrow();
    for (let length = 0; length < whole.length - 1; length += 1) refused(whole.subarray(0, length));
  });

  test('with any one byte replaced is refused or read, and nothing else', () => {
    const body = pageOf(blobOf('<Name>a&amp;b</Name>'));
    const check = fc.property(fc.nat(body.length - 1), fc.nat(255), (at, byte) => {
      const damaged = Buffer.from(body);
      damaged[at] = byte;
      try {
        expect(readPage(damaged).objects.length).toBeLessThanOrEqual(1);
      } catch (error) {
        expect(error).toEqual(refusal);
      }
    });
    fc.assert(check, { numRuns: 2000 });
  });

  test.each([
    ['nothing', ''],
    ['no XML', 'Service Unavailable'],
    ['a page of HTML', '<!DOCTYPE html><html></html>'],
    ['an error', '<?xml version="1.0"?><Error><Code>ServerBusy</Code></Error>'],
    ['an end tag of another name', pageOf('<Blob><Name>a</Nome></Blob>')],
    ['elements that overlap', pageOf('<Blob><Properties><Name></Properties></Name></Blob>')],
    ['CDATA', pageOf(blobOf('<Name><![CDATA[a]]></Name>'))],
    ['a comment', pageOf('<!-- nothing -->')],
    ['an unknown entity', pageOf(blobOf('<Name>&nbsp;</Name>'))],
    ['an unfinished entity', pageOf(blobOf('<Name>a&amp</Name>'))],
    ['half a character', pageOf(blobOf('<Name>&#xD800;</Name>'))],
    ['no character', pageOf(blobOf('<Name>&#0;</Name>'))],
    ['text between elements', pageOf('text')],
    ['something after the end', Buffer.concat([pageOf(''), Buffer.from('<More/>')])],
    ['bytes that are not UTF-8', Buffer.concat([pageOf('').subarray(0, -30), Buffer.from([0xc3])])],
    ['no list of blobs', '<EnumerationResults><NextMarker /></EnumerationResults>'],
    ['no marker', '<EnumerationResults><Blobs /></EnumerationResults>'],
    [
      'two markers',
      '<EnumerationResults><Blobs /><NextMarker>a</NextMarker><NextMarker /></EnumerationResults>',
    ],
    ['a blob without a name', pageOf(blobOf(''))],
    ['a blob without properties', pageOf('<Blob><Name>a</Name></Blob>')],
    ['a length that is no number', pageOf(blobOf('<Name>a</Name>').replace('>3<', '>-3<'))],
    ['a date that is none', pageOf(blobOf('<Name>a</Name>').replace('Nov', 'Nob'))],
    ['endless nesting', `<EnumerationResults>${'<a>'.repeat(100_000)}`],
  ])('that has %s is refused', (_, body) => {
    refused(body);
  });
});

function pageOf(entries: string | Buffer): Buffer {
  return Buffer.concat([
    Buffer.from('<EnumerationResults><Blobs>'),
    Buffer.from(entries),
    Buffer.from('</Blobs><NextMarker>next</NextMarker></EnumerationResults>'),
  ]);
}

const NOTHING: Listing = { blobs: [], prefixes: [], marker: null };

function blobOf(name: string): string {
  return `<Blob>${name}<Properties><Last-Modified>Sun, 22 Nov 2026 01:10:00 GMT</Last-Modified><Etag>0x8D</Etag><Content-Length>3</Content-Length></Properties></Blob>`;
}

/** Not half a surrogate pair, not U+0000, and not a bare return, which XML turns into a line break. */
function isWritable(character: string): boolean {
  return character.isWellFormed() && character !== '\0' && character !== '\r';
}
