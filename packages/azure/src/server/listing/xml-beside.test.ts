import { plainPage } from '@mooring/storage/testing';
import { expect, test } from 'vitest';
import { readXmlBeside } from './xml-beside.ts';
import { readXmlPage } from './xml-reader.ts';

const page = (first: number, blobs: number): Buffer => {
  const all = Array.from(
    { length: blobs },
    (_, at) =>
      `<Blob><Name>photos/${first + at} é &amp; ä.jpg</Name><Properties><Last-Modified>Sun, 22 Nov 2026 01:10:00 GMT</Last-Modified><Etag>0x8DC${at}</Etag><Content-Length>${at}</Content-Length><Content-Type>image/jpeg</Content-Type><AccessTier>Hot</AccessTier></Properties></Blob>`,
  );
  return Buffer.from(
    `<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs>${all.join('')}</Blobs><NextMarker>${first + blobs}</NextMarker></EnumerationResults>`,
  );
};

/** As it would have been received. */
function received(bytes: Buffer) {
  const buffer = Buffer.allocUnsafeSlow(bytes.length + 100);
  bytes.copy(buffer);
  return { buffer, bytes: bytes.length };
}

test('pages are read as they would be here, large and small, several at once', async () => {
  const bodies = [page(0, 3000), page(3000, 10), page(3010, 5000), page(8010, 2000)];
  const pages = await Promise.all(bodies.map(body => readXmlBeside(received(body))));
  expect(pages.map(plainPage)).toEqual(bodies.map(body => plainPage(readXmlPage(body))));
});

test('a large page that breaks off is refused as it would be here, and others are read after it', async () => {
  const whole = page(0, 3000);
  const cut = whole.subarray(0, -50);
  await expect(readXmlBeside(received(cut))).rejects.toMatchObject({
    name: 'ProviderError',
    kind: 'unexpected',
    message: expect.stringContaining(`it breaks off after ${cut.length} bytes`),
  });
  expect((await readXmlBeside(received(whole))).objects.length).toBe(3000);
});
