import { describe, expect, test } from 'vitest';
import { EMPTY_CREDENTIAL } from '../credential/draft.ts';
import { type Draft, EMPTY, locationOf, nameOf, withAddress, withoutSecrets, withPart } from './draft.ts';

const typed = (address: string): Draft => ({ ...EMPTY, ...withAddress(address) });

test('no secret is stored, wherever it was put; everything else is', () => {
  const key = `${'SECRET+/'.repeat(12).slice(0, 86)}==`;
  const draft: Draft = {
    ...typed('https://acme.blob.core.windows.net/photos/raw/?sv=2025&sig=SECRET1'),
    name: key,
    container: 'BlobEndpoint=https://a.example;SharedAccessSignature=sv=1&sig=SECRET2',
    endpoint: `https://a.example/?sig=SECRET3`,
    credential: {
      ...EMPTY_CREDENTIAL,
      tenantId: 'tenant',
      clientId: `AccountName=a;AccountKey=${key}`,
      clientSecret: 'SECRET4',
      certificatePem: 'SECRET5',
      sasToken: 'SECRET6',
      deliverySasToken: 'SECRET7',
    },
  };
  const stored = JSON.stringify(withoutSecrets(draft));
  expect(stored).not.toContain('SECRET');
  expect(stored).toContain('https://acme.blob.core.windows.net/photos/raw/');
  expect(stored).toContain('tenant');
});

describe('an address', () => {
  test('is taken apart', () => {
    const draft = typed('https://acme.blob.core.windows.net/photos/raw/a.jpg?sv=1&sig=x');
    expect(draft).toMatchObject({ account: 'acme', endpoint: '', container: 'photos', prefix: 'raw/' });
    expect(locationOf(draft)).toMatchObject({
      ok: true,
      location: { endpoint: 'https://acme.blob.core.windows.net', container: 'photos' },
    });
  });

  test('may be the name of an account alone; then the container is missing', () => {
    expect(locationOf(typed('acme'))).toMatchObject({ ok: false, field: 'container' });
  });

  test('that says nothing leaves no part of one before', () => {
    const draft = { ...typed('https://acme.blob.core.windows.net/photos'), ...withAddress('https://') };
    expect([draft.account, draft.container]).toEqual(['', '']);
    expect(locationOf(draft)).toMatchObject({ ok: false, field: 'url' });
  });

  test('with an account key in it is refused, with why', () => {
    const key = `${'a'.repeat(86)}==`;
    const draft = typed(`DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=${key}`);
    expect(locationOf(draft)).toMatchObject({
      ok: false,
      field: 'url',
      message: expect.stringMatching(/account key/),
    });
  });

  test('while nothing is typed there is none', () => {
    expect(locationOf(EMPTY)).toBeNull();
    expect(locationOf(typed('  '))).toBeNull();
  });
});

describe('a part', () => {
  const change = (
    draft: Draft,
    ...args: Parameters<typeof withPart> extends [unknown, ...infer R] ? R : never
  ) => ({
    ...draft,
    ...withPart(draft, ...args),
  });

  test('changes the address with it', () => {
    const draft = change(typed('https://acme.blob.core.windows.net/photos'), 'prefix', 'a b/#1');
    expect(draft.address).toBe('https://acme.blob.core.windows.net/photos/a%20b/%231');
    expect(locationOf(draft)).toMatchObject({ ok: true, location: { prefix: 'a b/#1' } });
    const again = typed(draft.address);
    expect(again.prefix).toBe('a b/#1');
  });

  test('another account takes its endpoint along, in any cloud', () => {
    const draft = change(typed('https://acme.blob.core.chinacloudapi.cn/photos'), 'account', 'globex');
    expect(locationOf(draft)).toMatchObject({
      ok: true,
      location: { account: 'globex', endpoint: 'https://globex.blob.core.chinacloudapi.cn' },
    });
  });

  test('may be the account of a domain that does not say it', () => {
    const draft = typed('https://data.acme.example/photos');
    expect(locationOf(draft)).toMatchObject({ ok: false, field: 'account' });
    expect(locationOf(change(draft, 'account', 'acme'))).toMatchObject({
      ok: true,
      location: { account: 'acme', endpoint: 'https://data.acme.example', container: 'photos' },
    });
  });
});

test('the name is made of the location unless one was typed', () => {
  const location = { account: 'acme', endpoint: '', container: 'photos', prefix: '' };
  expect(nameOf(EMPTY, location)).toBe('acme / photos');
  expect(nameOf({ name: ' Field work ' }, location)).toBe('Field work');
});
