import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection, ConnectionCreate } from '@mooring/contract';
import { demoObjects, type Storage, startStorage } from '@mooring/emulators';
import { MooringApiError } from '@mooring/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cli } from '../support/cli.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { assetsOf, sync } from '../support/sync.ts';

// What people reported of other programs: an address, a token or a file that was understood wrongly.

let storage: Storage;
let mooring: Mooring;
let cli: Cli;

const KEYS = [' raw/b.jpg', 'raw/c.jpg', 'raw /d.jpg', 'raw2/e.jpg', 'study.zarr/0/.zarray', 'other.txt'];
const PLACE = 'https://acme.blob.core.windows.net/photos';

beforeAll(async () => {
  storage = await startStorage({ account: 'acme', container: 'photos', realNames: true });
  for (const key of KEYS) await storage.put({ key, body: `This is ${key}.` });
  mooring = await startMooring(storage);
  cli = mooring.cli;
});
afterAll(async () => {
  await mooring?.stop();
  await storage?.stop();
});

const add = (location: ConnectionCreate['location'], sasToken = storage.sas()): Promise<Connection> =>
  mooring.client.call('createConnection', {
    body: { name: 'Reported', location, credential: { kind: 'azure-sas', sasToken } },
  });
const refusalOf = async (promise: Promise<unknown>): Promise<MooringApiError> => {
  const error = await promise.then(
    () => null,
    reason => reason,
  );
  expect(error).toBeInstanceOf(MooringApiError);
  return error;
};
/** The keys that a sync takes in from all that the connection reaches. */
async function synced(connection: Connection): Promise<string[]> {
  const source = await mooring.client.call('createSource', {
    body: { connectionId: connection.id, probes: false },
  });
  expect((await sync(mooring.client, source.id)).status).toBe('succeeded');
  return (await assetsOf(mooring.client, source.id)).map(({ key }) => key);
}

// Azure/azure-sdk-for-js#32486, microsoft/AzureStorageExplorer#5062
describe('a prefix with spaces at its ends', () => {
  test.each([
    [' raw/', [' raw/b.jpg']],
    ['raw ', ['raw /d.jpg']],
    ['raw/', ['raw/c.jpg']],
  ])('“%s” is kept by API, URL and command line, and syncs what is below it', async (prefix, keys) => {
    const url = `${PLACE}/${encodeURIComponent(prefix)}`;
    const byUrl = await add({ url });
    const byParts = await add({ account: 'acme', container: 'photos', prefix });
    const token = join(mooring.home, 'token.txt');
    await writeFile(token, storage.sas());
    const byCommand = await cli.json<Connection>(
      ['connection', 'add', '--account=acme', '--container=photos', '--prefix', prefix].concat(
        '--name=By command',
        `--sas-token-file=${token}`,
      ),
    );
    for (const { location } of [byUrl, byParts, byCommand]) expect(location).toMatchObject({ prefix });
    expect(await synced(byParts)).toEqual(keys);
  });
});

test('a prefix of a space, and the prefix of a source, are kept as well', async () => {
  const params = { account: 'acme', container: 'photos' };
  expect((await add({ ...params, prefix: ' /' })).location).toMatchObject({ prefix: ' /' });
  const { id: connectionId } = await add(params);
  const body = { connectionId, prefix: ' raw/', probes: false };
  const source = await mooring.client.call('createSource', { body });
  expect(source.prefix).toBe(' raw/');
  await sync(mooring.client, source.id);
  expect((await assetsOf(mooring.client, source.id)).map(({ key }) => key)).toEqual([' raw/b.jpg']);
});

// nextflow-io/nextflow#6427
describe('a folder whose name looks like a file’s', () => {
  test.each(['study.zarr', 'release/v1.2b', 'exports/customer.example.com'])(
    '%s is taken whole',
    async prefix => {
      expect((await add({ url: `${PLACE}/${prefix}` })).location).toMatchObject({ prefix });
    },
  );

  test('is not widened by a sync', async () => {
    expect(await synced(await add({ url: `${PLACE}/study.zarr` }))).toEqual(['study.zarr/0/.zarray']);
  });

  test('a file in its place is named by a check, with the folder to take instead', async () => {
    const { id } = await add({ url: `${PLACE}/raw/c.jpg` });
    const { checks } = await mooring.client.runChecks(id);
    expect(checks.find(check => check.id === 'survey')).toMatchObject({
      status: 'warning',
      observed: expect.stringContaining('is the key of one object'),
      fix: { steps: [expect.stringContaining('raw/')] },
    });
  });
});

// Azure/azure-sdk-for-net#55349, microsoft/AzureStorageExplorer#8930
test.each(['-ipv6', '-dualstack', '-secondary-ipv6', '-secondary-dualstack'])(
  'the endpoint acme%s is the account’s own, and the one that is asked',
  async variant => {
    const endpoint = `https://acme${variant}.blob.core.windows.net`;
    const location = { account: 'acme', endpoint, container: 'photos', prefix: 'raw/' };
    expect((await add({ url: `${endpoint}/photos/raw/` })).location).toMatchObject(location);
    expect((await add({ url: endpoint.replace('.blob.', '.dfs.').concat('/photos/raw/') })).location).toEqual(
      expect.objectContaining(location),
    );
    expect(await synced(await add(location))).toEqual(['raw/c.jpg']);
  },
);

test.each(['-dualstack', '-secondary-ipv6'])(
  'signed URLs of acme%s lead to that endpoint, signed with a key of the primary one',
  async variant => {
    const origin = `https://acme${variant}.blob.core.windows.net`;
    const { id } = await mooring.client.call('createConnection', {
      body: {
        name: 'By app',
        location: { url: `${origin}/photos/raw/` },
        credential: { kind: 'azure-app', ...storage.app },
      },
    });
    const { checks } = await mooring.client.runChecks(id);
    const failed = checks.filter(({ status, id }) => status === 'failed' && id !== 'preflight');
    expect(failed).toEqual([]);
    expect(checks.find(check => check.id === 'fetch')?.status).toBe('passed');
  },
);

// EnterpriseDB/barman#1093, microsoft/AzureStorageExplorer#9187
describe('a SAS of a directory', () => {
  const token =
    'sv=2025-11-05&sr=d&sdd=1&sp=rl&se=2099-01-01T00:00:00Z&spr=https&sig=c2lnbmF0dXJlLW9mLWEtbWFkZS11cC10b2tlbi4uLi4%3D';

  test('without a prefix is refused before anything is asked', async () => {
    const error = await refusalOf(add({ account: 'acme', container: 'photos' }, token));
    expect(error.problem).toMatchObject({
      code: 'invalid_location',
      detail: expect.stringContaining('one directory, 1 level deep'),
      fix: expect.stringContaining('Set the prefix'),
    });
  });

  test('gives its directory where it is pasted as a URL', async () => {
    const url = `${PLACE}/raw?${token}`;
    expect((await add({ url }, token)).location).toMatchObject({ prefix: 'raw/' });
    const error = await refusalOf(add({ account: 'acme', container: 'photos', prefix: 'other/' }, url));
    expect(error.problem).toMatchObject({ fix: 'Set the prefix to “raw/”.' });
  });
});

// Azure/azure-cli#6621
describe('quotes that came along', () => {
  test.each(['"', "'", '“”', '‘’', '„“', '«»'])('%s are taken off an address and a token', async quotes => {
    const within = (text: string): string => `${quotes[0]}${text}${quotes.at(-1)}`;
    const { location } = await add({ url: within(PLACE) }, within(storage.sas()));
    expect(location).toMatchObject({ account: 'acme', container: 'photos', prefix: '' });
    const endpoint = 'https://acme.blob.core.windows.net';
    const inParts = { account: 'acme', endpoint: within(`${endpoint}/`), container: 'photos' };
    expect((await add(inParts)).location).toMatchObject({ account: 'acme', endpoint, prefix: '' });
  });

  test('a connection string is called one, and so are backslashes', async () => {
    const token = storage.sas();
    const text = `BlobEndpoint=https://acme.blob.core.windows.net/;SharedAccessSignature=${token}`;
    const { problem } = await refusalOf(add({ url: text }));
    expect(`${problem.detail} ${problem.fix}`).toMatch(/connection string/);
    const backslashes = await refusalOf(add({ url: 'https:\\\\acme.blob.core.windows.net\\photos' }));
    expect(backslashes.problem.detail).toContain('backslashes');
  });
});

// anthony-chaudhary/dos-kernel#148: what `>` of Windows PowerShell 5.1 writes.
describe('a secret in UTF-16', () => {
  const asUtf16 = (text: string, bigEndian = false): Buffer => {
    const bytes = Buffer.from(`\ufeff${text}\r\n`, 'utf16le');
    return bigEndian ? bytes.swap16() : bytes;
  };

  test.each([false, true])(
    'is read from a file and from standard input (big endian: %s)',
    async bigEndian => {
      const bytes = asUtf16(storage.sas(), bigEndian);
      const file = join(mooring.home, 'utf-16.txt');
      await writeFile(file, bytes);
      for (const [given, stdin] of [
        [file, ''],
        ['-', bytes],
      ] as const) {
        const args = ['connection', 'add', PLACE, '--name=UTF-16', '--sas-token-file', given];
        expect((await cli.json<Connection>(args, { stdin })).credential).toMatchObject({
          sas: { permissions: 'rl' },
        });
      }
    },
  );

  test('is read where it is a client secret, and works', async () => {
    const { tenantId, clientId, clientSecret } = storage.app;
    const ids = [`--tenant-id=${tenantId}`, `--client-id=${clientId}`, '--client-secret-file=-'];
    const { id } = await cli.json<Connection>(['connection', 'add', PLACE, '--name=UTF-16', ...ids], {
      stdin: asUtf16(clientSecret),
    });
    const { checks } = await mooring.client.runChecks(id);
    expect(checks.find(check => check.id === 'credential')?.status).toBe('passed');
  });
});

test.each(['$logs', '$blobchangefeed'])('the container %s is refused as Azure’s own', async container => {
  const error = await refusalOf(add({ account: 'acme', container }));
  expect(error.problem.detail).toContain('belongs to Azure');
});

// Decided in docs/decisions/0024-unclear-objects.md.
test('objects that can be read in two ways are read as it is decided', async () => {
  const dicom = (await demoObjects()).find(({ key }) => key.endsWith('.dcm'))!.body;
  const objects: Parameters<Storage['put']>[0][] = [
    { key: 'unclear/True', body: 'x', metadata: { hdi_isfolder: 'True' } },
    { key: 'unclear/true', body: '', metadata: { hdi_isfolder: 'true' } },
    { key: 'unclear/link', body: 'target.jpg', metadata: { is_symlink: 'true' } },
    { key: 'unclear/mark/', body: '' },
    { key: 'unclear/data/', body: 'bytes' },
    { key: 'unclear/mark_$folder$', body: '' },
    { key: 'unclear/IM000001', body: dicom },
    { key: 'unclear/latin-1.txt', body: Buffer.from('grün', 'latin1'), contentType: 'text/plain' },
  ];
  for (const object of objects) await storage.put(object);
  const { id: connectionId } = await add({ account: 'acme', container: 'photos', prefix: 'unclear/' });
  const source = await mooring.client.call('createSource', { body: { connectionId, probes: false } });
  await sync(mooring.client, source.id);
  const synced = await assetsOf(mooring.client, source.id);
  expect(synced.map(({ key, kind }) => [key.slice('unclear/'.length), kind])).toEqual([
    ['IM000001', 'other'],
    ['True', 'other'],
    ['data/', 'other'],
    ['latin-1.txt', 'text'],
    ['link', 'other'],
    ['mark_$folder$', 'other'],
  ]);
  const params = { sourceId: source.id };
  const { id } = await mooring.client.call('probeSource', { params, body: {} });
  await mooring.client.watchOperation(id);
  const assets = await assetsOf(mooring.client, source.id);
  const mediaOf = (name: string) => assets.find(asset => asset.name === name)!.media;
  expect(mediaOf('latin-1.txt')).toMatchObject({ facts: { encoding: 'windows-1252' } });
  expect(mediaOf('IM000001')).toMatchObject({ facts: { mediaType: 'application/dicom', kind: 'dicom' } });
});
