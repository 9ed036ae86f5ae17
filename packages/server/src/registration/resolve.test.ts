import { azure } from '@mooring/azure';
import { direct } from '@mooring/direct';
import type { StorageKind } from '@mooring/storage';
import { expect, test } from 'vitest';
import { type Candidate, resolve } from './resolve.ts';

const candidate = (id: string, kind: StorageKind, url: string): Candidate => {
  const read = kind.location.read({ url });
  if (!read.ok) throw new Error(read.message);
  return {
    ...{ id, name: id, accessMode: 'server', location: read.value },
    ...{ rules: kind.location, addresses: kind.addresses },
  };
};
const ACCOUNT = 'https://acme.blob.core.windows.net';
const photos = candidate('photos', azure as unknown as StorageKind, `${ACCOUNT}/photos`);
const raw = candidate('raw', azure as unknown as StorageKind, `${ACCOUNT}/photos/raw/`);
const twin = candidate('twin', azure as unknown as StorageKind, `${ACCOUNT}/photos`);
const anonymous = candidate('anonymous', direct as unknown as StorageKind, `${ACCOUNT}/photos/`);
const files = candidate('files', direct as unknown as StorageKind, 'https://data.example/exports/');

const of = (address: string, connections: Candidate[], wanted?: string) => {
  const found = resolve(address.includes('://') ? { url: address } : { path: address }, connections, wanted);
  return 'connection' in found
    ? [found.connection.id, found.container, found.key]
    : [found.code, found.message];
};

test.each([
  ['the account of a connection', `${ACCOUNT}/photos/a.jpg`, [photos, files], ['photos', 'photos', 'a.jpg']],
  ['another container of it', `${ACCOUNT}/other/a.jpg`, [photos, files], ['photos', 'other', 'a.jpg']],
  ['the longest prefix', `${ACCOUNT}/photos/raw/a.jpg`, [photos, raw], ['raw', 'photos', 'raw/a.jpg']],
  ['outside the prefix', `${ACCOUNT}/photos/a.jpg`, [photos, raw], ['photos', 'photos', 'a.jpg']],
  [
    'a credential before none',
    `${ACCOUNT}/photos/a.jpg?sv=1&sig=x`,
    [anonymous, photos],
    ['photos', 'photos', 'a.jpg'],
  ],
  [
    'direct URLs',
    'https://data.example/exports/a.jpg',
    [photos, files],
    ['files', 'https://data.example', 'exports/a.jpg'],
  ],
  ['container and key', 'photos/x/a.jpg', [photos, files], ['photos', 'photos', 'x/a.jpg']],
])('%s', (_, address, connections, expected) => expect(of(address, connections)).toEqual(expected));

test('what the request names decides', () => {
  expect(of(`${ACCOUNT}/photos/a.jpg`, [photos, twin], 'twin')).toEqual(['twin', 'photos', 'a.jpg']);
  expect(of('other/a.jpg', [photos, twin], 'twin')).toEqual(['twin', 'other', 'a.jpg']);
  expect(of(`${ACCOUNT}/photos/a.jpg`, [photos, anonymous], 'anonymous')[0]).toBe('anonymous');
});

test('what fits several or none is explained, without a signature', () => {
  const [code, message] = of(`${ACCOUNT}/photos/a.jpg?sig=secret`, [photos, twin]);
  expect(code).toBe('conflict');
  expect(message).toBe('Several connections fit: “photos” (photos), “twin” (twin).');
  for (const address of [
    'https://data.example/other/a.jpg?sig=secret',
    'https://evil.example/a',
    'other/a.jpg',
    'a.jpg',
  ])
    expect(of(address, [photos, files])).toEqual(['not_found', expect.not.stringContaining('secret')]);
});

test('a URL that opens its file is kept, with its end', () => {
  const url =
    'https://data.example/exports/a.jpg?X-Amz-Date=20261130T170000Z&X-Amz-Expires=60&X-Amz-Signature=x';
  const end = new Date('2026-11-30T17:01:00Z');
  expect(resolve({ url }, [files], undefined)).toMatchObject({ url, expiresAt: end, key: 'exports/a.jpg' });
  const plain = 'https://data.example/exports/a.jpg';
  expect(resolve({ url: plain }, [files], undefined)).toMatchObject({ url: null, expiresAt: null });
  expect(resolve({ url: `${ACCOUNT}/photos/a.jpg?sig=x&sv=1` }, [photos], undefined)).toMatchObject({
    url: null,
  });
});
