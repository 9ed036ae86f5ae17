import { expect, test } from 'vitest';
import { readPage } from './read-page.ts';

const page = (entries: string, rest = '<IsTruncated>false</IsTruncated>') =>
  Buffer.from(
    `<?xml version="1.0"?>\n<ListBucketResult xmlns="x"><Name>b</Name>${entries}${rest}</ListBucketResult>`,
  );
const object = (key: string, more = '<StorageClass>STANDARD</StorageClass>') =>
  `<Contents><Key>${key}</Key><LastModified>2026-11-30T17:27:12.345Z</LastModified><ETag>&quot;0f-2&quot;</ETag><Size>7</Size>${more}</Contents>`;
const URL = '<EncodingType>url</EncodingType>';
const read = (body: Buffer) => [...readPage(body).objects];

test('keys are decoded as forms are, but only where the answer says that they are encoded', () => {
  const keys = (body: Buffer) => read(body).map(({ key }) => key);
  expect(
    keys(page(object('a+b%2Bc/%C3%AA%0A') + object('plain'), `${URL}<IsTruncated>false</IsTruncated>`)),
  ).toEqual(['a b+c/ê\n', 'plain']);
  expect(keys(page(object('a+b%2Bc/ê&amp;&#xA;')))).toEqual(['a+b%2Bc/ê&\n']);
});

test('objects have what the listing says of them, the time in whole seconds', () => {
  const [one] = read(page(object('a')));
  const { key, etag, sizeBytes, contentType, tier, archiveState, lastModified } = one!;
  expect({ key, etag, sizeBytes, contentType, tier, archiveState, lastModified }).toEqual({
    ...{
      key: 'a',
      etag: '0f-2',
      sizeBytes: 7,
      contentType: null,
      tier: 'STANDARD',
      archiveState: 'readable',
    },
    lastModified: new Date('2026-11-30T17:27:12Z'),
  });
});

test.each([
  ['GLACIER', '', 'archived'],
  [
    'DEEP_ARCHIVE',
    '<RestoreStatus><IsRestoreInProgress>true</IsRestoreInProgress></RestoreStatus>',
    'archived',
  ],
  [
    'GLACIER',
    '<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress><RestoreExpiryDate>2036-12-12T00:00:00.000Z</RestoreExpiryDate></RestoreStatus>',
    'readable',
  ],
  ['GLACIER_IR', '', 'readable'],
  ['INTELLIGENT_TIERING', '', 'unknown'],
])('an object in %s%s is %s', (tier, restore, state) => {
  const [one] = read(page(object('a', `<StorageClass>${tier}</StorageClass>${restore}`)));
  expect([one!.tier, one!.archiveState]).toEqual([tier, state]);
});

test('a page that breaks off anywhere, or has no date, size or end, is refused', () => {
  const whole = page(object('a+1') + object('b'), `${URL}<IsTruncated>false</IsTruncated>`);
  for (let length = 0; length < whole.length; length++)
    expect(() => readPage(whole.subarray(0, length))).toThrow(/cannot be read/);
  for (const broken of [
    page(object('')),
    page(object('a').replace('<Size>7</Size>', '')),
    page(object('a').replace(/<LastModified>.*<\/LastModified>/, '<LastModified>now</LastModified>')),
    page(object('a').replace(/<ETag>.*<\/ETag>/, '')),
    page(object('a'), ''),
    page(object('a'), '<IsTruncated>true</IsTruncated>'),
    page(object('%zz'), `${URL}<IsTruncated>false</IsTruncated>`),
    page(object('a').repeat(1001)),
    Buffer.from('<html></html>'),
  ])
    expect(() => readPage(broken)).toThrow(/cannot be read/);
});
