import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAzureLocation, readAzureAddress } from './location.ts';
import type { AzureLocationInput } from './schemas.ts';

const PUBLIC = 'https://acme.blob.core.windows.net';
const location = (endpoint: string, container: string, prefix = '', account = 'acme') => ({
  ok: true,
  location: { account, endpoint, container, prefix },
});

describe('an address while it is typed', () => {
  const parts = (account: string, container = '', prefix = '', at = '') => ({
    account,
    endpoint: at,
    container,
    prefix,
  });
  test.each([
    ['acme', parts('acme')],
    ['Acme', parts('Acme')],
    ['acme/photos/raw/', parts('acme', 'photos', 'raw/')],
    [PUBLIC, parts('acme')],
    [`${PUBLIC}/My-Photos`, parts('acme', 'My-Photos')],
    ['https://acme.dfs.core.windows.net/photos/a.jpg', parts('acme', 'photos', 'a.jpg')],
    [
      'https://acme.blob.core.usgovcloudapi.net/photos',
      parts('acme', 'photos', '', 'https://acme.blob.core.usgovcloudapi.net'),
    ],
    ['https://data.acme.example/photos/x/', parts('', 'photos', 'x/', 'https://data.acme.example')],
    ['http://127.0.0.1:10000/acme/photos', parts('acme', 'photos', '', 'http://127.0.0.1:10000/acme')],
  ])('%s', (text, expected) => {
    expect(readAzureAddress(text)).toEqual(expected);
  });

  test.each([
    'https://',
    'https://portal.azure.com/#x',
    'http://127.0.0.1:10000',
    'a b',
    'https://a.example/%zz',
  ])('%s says nothing that could be taken apart', text => {
    expect(readAzureAddress(text)).toMatchObject({ ok: false, field: 'url' });
  });
});

describe('the parts', () => {
  test.each<[AzureLocationInput, string, string]>([
    [{ account: 'acme', container: 'photos' }, PUBLIC, ''],
    [{ account: ' acme\n', container: ' photos/ ', prefix: ' a/b ' }, PUBLIC, ' a/b '],
    [{ account: 'acme', container: 'photos', prefix: 'ünï/%20 #/' }, PUBLIC, 'ünï/%20 #/'],
    [{ account: 'acme.blob.core.windows.net', container: 'photos' }, PUBLIC, ''],
    [{ account: `${PUBLIC}/`, container: 'photos' }, PUBLIC, ''],
    [
      { account: 'acme', endpoint: 'https://data.acme.example/', container: 'photos' },
      'https://data.acme.example',
      '',
    ],
    [
      { account: 'acme', endpoint: 'http://127.0.0.1:10000', container: 'photos' },
      'http://127.0.0.1:10000/acme',
      '',
    ],
    [
      { account: 'acme', endpoint: 'https://storage.corp.example:8443/acme/', container: 'photos' },
      'https://storage.corp.example:8443/acme',
      '',
    ],
    [{ endpoint: 'https://[::1]:10000/acme', container: 'photos' }, 'https://[::1]:10000/acme', ''],
  ])('%j', (input, endpoint, prefix) => {
    expect(parseAzureLocation(input)).toEqual(location(endpoint, 'photos', prefix));
  });
});

describe('a URL', () => {
  test.each([
    [`${PUBLIC}/photos`, PUBLIC, ''],
    [` ${PUBLIC}/photos/ \n`, PUBLIC, ''],
    ['acme.blob.core.windows.net/photos', PUBLIC, ''],
    ['HTTP://ACME.Blob.Core.Windows.Net:80/photos', PUBLIC, ''],
    [`${PUBLIC}/photos?restype=container&comp=list&sv=x&sig=y`, PUBLIC, ''],
    [`${PUBLIC}/photos/2026/dogs/#frag`, PUBLIC, '2026/dogs/'],
    [
      `${PUBLIC}/photos/hello%3F%20sausage/%C3%AA%C3%A9/%20%23%2520+&=.jpg`,
      PUBLIC,
      'hello? sausage/êé/ #%20+&=.jpg',
    ],
    [`${PUBLIC}/photos/a/../b/..`, PUBLIC, 'a/../b/..'],
    [`${PUBLIC}/photos/release/v1.2`, PUBLIC, 'release/v1.2'],
    [`${PUBLIC}/photos/scan.nii.gz`, PUBLIC, 'scan.nii.gz'],
    [`${PUBLIC}/photos/study.zarr`, PUBLIC, 'study.zarr'],
    [`${PUBLIC}/photos/exports/customer.example.com`, PUBLIC, 'exports/customer.example.com'],
    [`${PUBLIC}/photos/%20raw/`, PUBLIC, ' raw/'],
    [`${PUBLIC}/photos/raw?sv=2025-11-05&sr=d&sdd=1`, PUBLIC, 'raw/'],
    ...['-ipv6', '-dualstack', '-secondary-ipv6', '-secondary-dualstack'].flatMap(variant => {
      const endpoint = `https://acme${variant}.blob.core.windows.net`;
      return [`${endpoint}/photos`, `https://acme${variant}.dfs.core.windows.net/photos`].map(
        (url): [string, string, string] => [url, endpoint, ''],
      );
    }),
    [
      'https://acme-secondary.blob.core.windows.net/photos',
      'https://acme-secondary.blob.core.windows.net',
      '',
    ],
    ['https://acme.privatelink.blob.core.windows.net/photos', PUBLIC, ''],
    ['https://acme.z07.blob.storage.azure.net/photos', 'https://acme.z07.blob.storage.azure.net', ''],
    ['https://acme.blob.core.usgovcloudapi.net/photos', 'https://acme.blob.core.usgovcloudapi.net', ''],
    ['https://acme.blob.core.chinacloudapi.cn/photos', 'https://acme.blob.core.chinacloudapi.cn', ''],
    ['https://acme.dfs.core.windows.net/photos/x/', PUBLIC, 'x/'],
    ['https://acme.z07.dfs.storage.azure.net/photos', 'https://acme.z07.blob.storage.azure.net', ''],
    [
      'https://acme.z07.privatelink.blob.storage.azure.net/photos',
      'https://acme.z07.blob.storage.azure.net',
      '',
    ],
    [
      'https://acme.privatelink.dfs.core.usgovcloudapi.net/photos',
      'https://acme.blob.core.usgovcloudapi.net',
      '',
    ],
    [
      'https://acme-secondary.dfs.core.windows.net/photos',
      'https://acme-secondary.blob.core.windows.net',
      '',
    ],
    ['abfss://photos@acme.dfs.core.windows.net/x/', PUBLIC, 'x/'],
    ['abfss://photos@acme.dfs.core.chinacloudapi.cn', 'https://acme.blob.core.chinacloudapi.cn', ''],
    ['wasbs://photos@acme.blob.core.windows.net', PUBLIC, ''],
    ['http://127.0.0.1:10000/acme/photos/x/a.jpg', 'http://127.0.0.1:10000/acme', 'x/a.jpg'],
    ['https://localhost:10000/acme/photos', 'https://localhost:10000/acme', ''],
    ['http://azurite:10000/acme/photos', 'http://azurite:10000/acme', ''],
    ['http://acme.blob.localhost:10000/photos', 'http://acme.blob.localhost:10000', ''],
  ])('%s', (url, endpoint, prefix) => {
    expect(parseAzureLocation({ url })).toEqual(location(endpoint, 'photos', prefix));
    expect(parseAzureLocation({ account: url })).toEqual(location(endpoint, 'photos', prefix));
  });

  test('of a custom domain needs the account', () => {
    const url = 'https://data.acme.example/photos/x/';
    expect(parseAzureLocation({ url })).toMatchObject({ ok: false, field: 'account' });
    expect(parseAzureLocation({ url, account: 'acme' })).toEqual(
      location('https://data.acme.example', 'photos', 'x/'),
    );
  });

  test('can be narrowed by a prefix and completed by a container', () => {
    expect(parseAzureLocation({ url: `${PUBLIC}/photos/x/`, prefix: 'x/y/' })).toEqual(
      location(PUBLIC, 'photos', 'x/y/'),
    );
    expect(parseAzureLocation({ url: PUBLIC, container: '$web' })).toEqual(location(PUBLIC, '$web'));
  });
});

test.each<AzureLocationInput>([
  { account: 'acme', container: 'abc8Q~s3cret-s3cret-s3cret-s3cret-s3cre' },
  { account: 'sig=s3cret', container: 'photos' },
  { url: `${PUBLIC}/photos`, account: 'sv=2025-11-05&sp=rl&sig=s3cret' },
  { url: `${PUBLIC}/photos`, container: 'sv=2025-11-05&sp=rl&sig=s3cret' },
  { url: `${PUBLIC}/sig=s3cret/x`, container: 'photos' },
])('a secret in the place of a name is not repeated: %j', input => {
  const parse = parseAzureLocation(input);
  expect(parse.ok).toBe(false);
  expect(JSON.stringify(parse)).not.toContain('s3cret');
});

describe('what cannot be is refused, with the field and the reason', () => {
  test.each<[AzureLocationInput, string, RegExp]>([
    [{}, 'account', /account is missing/],
    [
      { account: 'Acme', container: 'photos' },
      'account',
      /“Acme” has capital letters; account names are lowercase: “acme”/,
    ],
    [{ account: 'my_account', container: 'photos' }, 'account', /has an underscore/],
    [{ account: 'my.account', container: 'photos' }, 'account', /has a dot/],
    [{ account: 'my account', container: 'photos' }, 'account', /has a space/],
    [{ account: 'ab', container: 'photos' }, 'account', /has 2 characters; expected 3 to 24/],
    [{ account: 'a'.repeat(25), container: 'photos' }, 'account', /has 25 characters/],
    [{ account: 'acme' }, 'container', /container is missing/],
    [{ account: 'acme', container: 'Photos' }, 'container', /capital letters.*“photos”/],
    [{ account: 'acme', container: 'my_photos' }, 'container', /has an underscore/],
    [{ account: 'acme', container: 'photos/2026' }, 'container', /belongs in the prefix/],
    [{ account: 'acme', container: '-photos' }, 'container', /begins or ends with a hyphen/],
    [{ account: 'acme', container: 'my--photos' }, 'container', /two hyphens in a row/],
    [
      { account: 'abc8Q~secretsecret1234567', container: 'x' },
      'account',
      /^The account name has 25 characters; expected 3 to 24/,
    ],
    [
      { account: 'acme', container: 'a'.repeat(64) },
      'container',
      /^The container name has 64 characters; expected 3 to 63/,
    ],
    [{ account: 'acme', container: 'ab' }, 'container', /has 2 characters; expected 3 to 63/],
    [{ account: 'acme', container: 'photos', prefix: 'x'.repeat(1025) }, 'prefix', /1025 characters/],
    [{ url: PUBLIC }, 'url', /names no container/],
    [{ url: `${PUBLIC}/photos/%zz` }, 'url', /has a “%”/],
    [{ url: 's3://photos/raw/' }, 'url', /an address of Amazon S3 \(s3:\/\/\), not of Azure Blob Storage/],
    [{ url: 'gs://photos' }, 'url', /an address of Google Cloud Storage/],
    [{ url: 'file:///data/photos' }, 'url', /a file on a computer/],
    [{ url: 'ftp://acme.blob.core.windows.net/photos' }, 'url', /not the address of a storage container/],
    [{ url: 'https://user:pass@acme.blob.core.windows.net/photos' }, 'url', /not the address/],
    [{ url: 'what is this' }, 'url', /not the address/],
    [{ url: 'https://portal.azure.com/#view/Microsoft_Azure_Storage/x' }, 'url', /page of the Azure portal/],
    [{ url: 'https://acme.file.core.windows.net/share' }, 'url', /Azure Files, not of blobs/],
    [{ url: 'http://127.0.0.1:10000' }, 'url', /no account follows/],
    [{ url: `${PUBLIC}/photos`, account: 'globex' }, 'account', /account is “globex”.*account “acme”/],
    [
      { url: `${PUBLIC}/photos`, container: 'videos' },
      'container',
      /container is “videos”.*container “photos”/,
    ],
  ])('%j', (input, field, message) => {
    expect(parseAzureLocation(input)).toEqual({
      ok: false,
      code: 'invalid_location',
      field,
      message: expect.stringMatching(message),
      fix: expect.stringMatching(/\S/),
    });
  });

  test('and a SAS in a URL is never repeated', () => {
    for (const url of [
      'https://x/%zz?sig=SECRET',
      'not a url?sig=SECRET',
      'https://ab.blob.core.windows.net/?sig=SECRET',
    ]) {
      expect(JSON.stringify(parseAzureLocation({ url }))).not.toContain('SECRET');
    }
  });
});

describe('for any location', () => {
  const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
  const account = fc.string({ unit: fc.constantFrom(...letters), minLength: 3, maxLength: 24 });
  const container = fc
    .array(fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 8 }), {
      minLength: 1,
      maxLength: 5,
    })
    .map(words => words.join('-'))
    .filter(name => name.length >= 3);
  const folder = fc.string({ unit: 'grapheme', maxLength: 40 }).filter(text => text.isWellFormed());
  const endpoint = account.chain(name =>
    fc
      .constantFrom(
        `https://${name}.blob.core.windows.net`,
        `https://${name}.z42.blob.storage.azure.net`,
        `http://127.0.0.1:10000/${name}`,
      )
      .map(url => ({ name, url })),
  );

  test('its URL reads back as itself, any key and any query after it', () => {
    fc.assert(
      fc.property(endpoint, container, folder, fc.string(), ({ name, url }, box, prefix, query) => {
        const path = encodeURIComponent(`${prefix}/`);
        expect(parseAzureLocation({ url: `${url}/${box}/${path}?${query}` })).toEqual(
          location(url, box, `${prefix}/`, name),
        );
      }),
    );
  });

  test('its URL comes apart into what it says', () => {
    fc.assert(
      fc.property(endpoint, container, folder, fc.string(), ({ url }, box, prefix, query) => {
        const address = `${url}/${box}/${encodeURIComponent(`${prefix}/`)}?${query}`;
        const parts = readAzureAddress(address);
        expect(parts).toMatchObject({ container: box, prefix: `${prefix}/` });
        if ('account' in parts)
          expect(parseAzureLocation(parts)).toEqual(parseAzureLocation({ url: address }));
      }),
    );
  });

  test('nothing makes it throw, and what it accepts it accepts again unchanged', () => {
    const part = fc.option(fc.oneof(fc.string(), fc.webUrl(), account), { nil: undefined });
    const input = fc.record({ url: part, account: part, endpoint: part, container: part, prefix: part });
    fc.assert(
      fc.property(input, raw => {
        const parse = parseAzureLocation(JSON.parse(JSON.stringify(raw)) as AzureLocationInput);
        if (parse.ok) expect(parseAzureLocation(parse.location)).toEqual(parse);
      }),
      { numRuns: 500 },
    );
  });
});

// Reported as Azure/azure-cli#6621.
describe('an address as it was copied', () => {
  test('in quotes is taken without them', () => {
    for (const quote of ['"', "'", '`']) {
      expect(parseAzureLocation({ url: `${quote}${PUBLIC}/photos${quote}` })).toEqual(
        location(PUBLIC, 'photos'),
      );
      expect(
        parseAzureLocation({ account: 'acme', endpoint: `${quote}${PUBLIC}/${quote}`, container: 'photos' }),
      ).toEqual(location(PUBLIC, 'photos'));
    }
  });

  test.each([
    'AccountName=acme;EndpointSuffix=core.windows.net',
    `BlobEndpoint=${PUBLIC}/;SharedAccessSignature=sv=2025-11-05&ss=b&srt=co&sp=rl&se=2030-01-01T00:00:00Z&spr=https&sig=c2lnbmF0dXJlLW9mLWEtbWFkZS11cC10b2tlbg%3D%3D`,
  ])('a connection string is called that: %s', text => {
    for (const field of ['url', 'account', 'endpoint', 'container'] as const) {
      const refusal = parseAzureLocation({ account: 'acme', container: 'photos', [field]: text });
      expect(refusal).toMatchObject({
        ok: false,
        field,
        message: expect.stringContaining('connection string'),
      });
      expect(JSON.stringify(refusal)).not.toContain('c2lnbmF0dXJl');
    }
    expect(readAzureAddress(text)).toMatchObject({ message: expect.stringContaining('connection string') });
  });

  test.each(['https:\\\\acme.blob.core.windows.net\\photos', 'acme.blob.core.windows.net\\photos'])(
    'backslashes are called that: %s',
    url => {
      expect(parseAzureLocation({ url })).toMatchObject({
        ok: false,
        message: expect.stringContaining('backslashes'),
      });
      expect(readAzureAddress(url)).toMatchObject({
        ok: false,
        message: expect.stringContaining('backslashes'),
      });
    },
  );

  test.each(['https://"https', 'https://a;b', 'https://a=b', 'https://a,b.example', "https://a'b.example"])(
    'an endpoint that no host can have is refused: %s',
    endpoint => {
      expect(parseAzureLocation({ account: 'acme', endpoint, container: 'photos' })).toMatchObject({
        ok: false,
        field: 'endpoint',
      });
    },
  );
});

describe('an account key in any field', () => {
  const KEY = `${'Ab1+/'.repeat(17)}x==`;
  const STRING = `DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=${KEY};EndpointSuffix=core.windows.net`;
  test.each(['url', 'account', 'endpoint', 'container', 'prefix'] as const)('%s', field => {
    for (const text of [KEY, STRING, ` '${STRING}' `]) {
      const refusal = parseAzureLocation({ account: 'acme', container: 'photos', [field]: text });
      expect(refusal).toMatchObject({ ok: false, code: 'account_key_refused', field });
      expect(JSON.stringify(refusal)).not.toContain('Ab1+');
    }
  });
});
