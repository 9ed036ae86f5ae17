import { expect, test } from 'vitest';
import { EMPTY_CREDENTIAL } from '../credential/draft.ts';
import { type Draft, locationOf, nameOf, withoutSecrets } from './draft.ts';

const draft: Draft = {
  name: '',
  by: 'url',
  url: 'https://acme.blob.core.windows.net/photos/raw/?sv=2025&sig=SECRET1',
  account: '',
  container: '',
  prefix: '',
  credential: {
    ...EMPTY_CREDENTIAL,
    tenantId: 'tenant',
    clientSecret: 'SECRET2',
    sasToken: 'SECRET3',
    deliverySasToken: 'SECRET4',
  },
  connectionId: null,
  madeAt: null,
};

test('no secret is stored, everything else is', () => {
  const account = 'https://a.example/c?sig=SECRET5';
  const container = 'BlobEndpoint=https://a.example;SharedAccessSignature=sv=1&sig=SECRET6';
  const stored = JSON.stringify(withoutSecrets({ ...draft, account, container }));
  expect(stored).not.toContain('SECRET');
  expect(stored).toContain('https://acme.blob.core.windows.net/photos/raw/');
  expect(stored).toContain('tenant');
});

test('the location comes from the URL or from the parts', () => {
  expect(locationOf(draft)).toMatchObject({
    ok: true,
    location: { account: 'acme', container: 'photos', prefix: 'raw/' },
  });
  expect(locationOf({ ...draft, by: 'parts', account: 'globex', container: 'video' })).toMatchObject({
    ok: true,
    location: { account: 'globex', container: 'video', prefix: '' },
  });
  expect(locationOf({ ...draft, url: ' ' })).toBeNull();
});

test('the name is made of the location unless one was typed', () => {
  const location = { account: 'acme', endpoint: '', container: 'photos', prefix: '' };
  expect(nameOf(draft, location)).toBe('acme / photos');
  expect(nameOf({ ...draft, name: ' Field work ' }, location)).toBe('Field work');
});
