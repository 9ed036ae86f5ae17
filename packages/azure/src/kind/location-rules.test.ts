import { expect, test } from 'vitest';
import { azure } from './index.ts';

const location = {
  account: 'acme',
  endpoint: 'https://acme.blob.core.windows.net',
  container: '',
  prefix: '',
};

test.each([
  'https://acme.blob.core.windows.net/photos/a/b%20c.jpg?sig=x',
  '"https://acme.blob.core.windows.net/photos/a/b%20c.jpg"',
  ' https://acme.blob.core.windows.net/photos/a/b%20c.jpg ',
  'acme.blob.core.windows.net/photos/a/b%20c.jpg',
  'abfss://photos@acme.dfs.core.windows.net/a/b%20c.jpg',
])('the key of an object in %s', url => {
  expect(azure.location.object(url, location)).toEqual({
    ok: true,
    value: { container: 'photos', key: 'a/b c.jpg' },
  });
});

test('the URL of a container names no object', () => {
  expect(azure.location.object('https://acme.blob.core.windows.net/photos', location)).toMatchObject({
    ok: false,
    message: expect.stringContaining('URL of a container'),
  });
});

const standard = {
  account: 'acme',
  endpoint: 'https://acme.blob.core.windows.net',
  container: 'photos',
  prefix: '',
};
const zoned = { ...standard, endpoint: 'https://acme.z12.blob.storage.azure.net' };
const custom = { ...standard, endpoint: 'https://media.acme.example' };
const emulated = {
  ...standard,
  account: 'devstoreaccount1',
  endpoint: 'http://127.0.0.1:10000/devstoreaccount1',
};

test.each([
  ['https://acme.blob.core.windows.net/photos/a/b.jpg', standard, 'photos', 'a/b.jpg'],
  [
    'https://acme.blob.core.windows.net/other/b.jpg?sv=2026-02-06&se=2026-12-01&sig=abc',
    standard,
    'other',
    'b.jpg',
  ],
  ['HTTPS://ACME.blob.core.windows.net/photos/a%20b/%C3%AA%23.jpg', standard, 'photos', 'a b/ê#.jpg'],
  ['https://acme.blob.core.windows.net/photos/a%2Fb.jpg', standard, 'photos', 'a/b.jpg'],
  [
    'https://acme.blob.core.windows.net/photos/a.jpg?snapshot=2026-11-30T10:00:00.0000000Z',
    standard,
    'photos',
    'a.jpg',
  ],
  [
    'https://acme.blob.core.windows.net/photos/a.jpg?versionid=2026-11-30T10:00:00.0000000Z',
    standard,
    'photos',
    'a.jpg',
  ],
  ['https://acme-secondary.blob.core.windows.net/photos/a.jpg', standard, 'photos', 'a.jpg'],
  ['https://acme.privatelink.blob.core.windows.net/photos/a.jpg', standard, 'photos', 'a.jpg'],
  ['https://acme.dfs.core.windows.net/photos/a.jpg', standard, 'photos', 'a.jpg'],
  ['abfss://photos@acme.dfs.core.windows.net/a/b.jpg', standard, 'photos', 'a/b.jpg'],
  ['https://acme.z12.blob.storage.azure.net/photos/a.jpg', zoned, 'photos', 'a.jpg'],
  ['https://acme.blob.core.windows.net/photos/a.jpg', zoned, 'photos', 'a.jpg'],
  ['https://media.acme.example/photos/a.jpg', custom, 'photos', 'a.jpg'],
  ['https://acme.blob.core.windows.net/photos/a.jpg', custom, 'photos', 'a.jpg'],
  ['http://127.0.0.1:10000/devstoreaccount1/photos/a/b.jpg', emulated, 'photos', 'a/b.jpg'],
  [`azure-blob://${standard.container}/a/b%20c.jpg`, standard, standard.container, 'a/b c.jpg'],
  [`azure-blob://${standard.container}/100%.jpg`, standard, standard.container, '100%.jpg'],
] as const)('%s belongs to the account', (url, location, container, key) =>
  expect(azure.location.owns(url, location)).toEqual({ container, key }),
);

test.each([
  ['https://other.blob.core.windows.net/photos/a.jpg', standard],
  ['https://acme.blob.core.usgovcloudapi.net/photos/a.jpg', standard],
  ['https://acme.queue.core.windows.net/photos/a.jpg', standard],
  ['https://acme.blob.core.windows.net/photos', standard],
  ['https://acme.blob.core.windows.net.evil.example/photos/a.jpg', standard],
  ['https://evil.example/photos/a.jpg', custom],
  ['https://media.acme.example/photos/a.jpg', standard],
  ['http://127.0.0.1:10001/devstoreaccount1/photos/a.jpg', emulated],
  ['photos/a.jpg', standard],
  ['azure-blob://elsewhere/a.jpg', standard],
  [`azure-blob://${standard.container}/`, standard],
  ['https://acme.blob.core.windows.net/photos/%zz', standard],
  ['', standard],
] as const)('%s does not', (url, location) => expect(azure.location.owns(url, location)).toBeNull());
