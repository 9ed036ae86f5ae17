import { describe, expect, test } from 'vitest';
import { textOf } from '../credential/draft.ts';
import { type Draft, EMPTY, locationOf, nameOf, takeAddress, withAddress, withPart } from './draft.ts';

const typed = (address: string): Draft => withAddress(EMPTY, address);

describe('an address', () => {
  test('is taken apart', () => {
    const draft = typed('https://acme.blob.core.windows.net/photos/raw/a.jpg?sv=1&sig=x');
    expect(draft).toMatchObject({
      parts: { account: 'acme', endpoint: '', container: 'photos', prefix: 'raw/a.jpg' },
    });
    expect(locationOf(draft)).toMatchObject({
      ok: true,
      value: { endpoint: 'https://acme.blob.core.windows.net', container: 'photos' },
    });
  });

  test('may be the name of an account alone; then the container is missing', () => {
    expect(locationOf(typed('acme'))).toMatchObject({ ok: false, field: 'container' });
  });

  test('that says nothing leaves no part of one before', () => {
    const draft = withAddress(typed('https://acme.blob.core.windows.net/photos'), 'https://');
    expect(draft.parts).toEqual({});
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

  // From Azure/azure-cli#6621.
  test('in quotes is taken without them; a connection string or backslashes are called that', () => {
    expect(locationOf(typed('"https://acme.blob.core.windows.net/photos"'))).toMatchObject({
      ok: true,
      value: { endpoint: 'https://acme.blob.core.windows.net', container: 'photos' },
    });
    expect(
      locationOf(typed('BlobEndpoint=https://acme.blob.core.windows.net/;SharedAccessSignature=sv=1')),
    ).toMatchObject({
      ok: false,
      message: expect.stringContaining('connection string'),
    });
    expect(locationOf(typed('https:\\\\acme.blob.core.windows.net\\photos'))).toMatchObject({
      ok: false,
      message: expect.stringContaining('backslashes'),
    });
  });

  test('in a connection string with a SAS token comes apart into place and token', () => {
    const sas =
      'sv=2025-11-05&ss=b&srt=co&sp=rl&se=2030-01-01T00:00:00Z&sig=' +
      encodeURIComponent(`${'aB1+/'.repeat(9).slice(0, 43)}=`);
    for (const place of [
      'BlobEndpoint=https://acme.blob.core.windows.net/',
      'AccountName=acme;EndpointSuffix=core.windows.net',
    ]) {
      const { draft, taken } = takeAddress(`${place};SharedAccessSignature=${sas}`, EMPTY);
      expect(draft).toMatchObject({ parts: { account: 'acme' }, credential: { kind: 'azure-sas' } });
      expect(taken?.name).toBe('sasToken');
      expect(textOf(draft.credential, taken!)).toContain('sig=aB1');
    }
  });

  test('while nothing is typed there is none', () => {
    expect(locationOf(EMPTY)).toBeNull();
    expect(locationOf(typed('  '))).toBeNull();
  });
});

describe('a part', () => {
  test('changes the address with it', () => {
    const draft = withPart(typed('https://acme.blob.core.windows.net/photos'), 'prefix', 'a b/#1');
    expect(draft.address).toBe('https://acme.blob.core.windows.net/photos/a%20b/%231');
    expect(locationOf(draft)).toMatchObject({ ok: true, value: { prefix: 'a b/#1' } });
    const again = typed(draft.address);
    expect(again.parts.prefix).toBe('a b/#1');
  });

  test('another account takes its endpoint along, in any cloud', () => {
    const draft = withPart(typed('https://acme.blob.core.chinacloudapi.cn/photos'), 'account', 'globex');
    expect(locationOf(draft)).toMatchObject({
      ok: true,
      value: { account: 'globex', endpoint: 'https://globex.blob.core.chinacloudapi.cn' },
    });
  });

  test('may be the account of a domain that does not say it', () => {
    const draft = typed('https://data.acme.example/photos');
    expect(locationOf(draft)).toMatchObject({ ok: false, field: 'account' });
    expect(locationOf(withPart(draft, 'account', 'acme'))).toMatchObject({
      ok: true,
      value: { account: 'acme', endpoint: 'https://data.acme.example', container: 'photos' },
    });
  });
});

test('the name is made of the location unless one was typed', () => {
  const location = { account: 'acme', endpoint: '', container: 'photos', prefix: '' };
  expect(nameOf(EMPTY, location)).toBe('acme / photos');
  expect(nameOf({ ...EMPTY, name: ' Field work ' }, location)).toBe('Field work');
});
