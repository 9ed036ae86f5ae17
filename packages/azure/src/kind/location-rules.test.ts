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
