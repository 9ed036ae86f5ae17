import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  Asset,
  AssetEditResult,
  Dataset,
  DatasetChange,
  DatasetMember,
  Folder,
  OperationOf,
  Source,
} from '@mooring/contract';
import { demoObjects, type Storage, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cli } from '../support/cli.ts';
import { connect } from '../support/connect.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { assetsOf, sync } from '../support/sync.ts';
import { until } from '../support/wait.ts';

let storage: Storage;
let mooring: Mooring;
let cli: Cli;
let source: Source;
let all: Asset[];

beforeAll(async () => {
  storage = await startStorage();
  storage.certificates.trust();
  for (const object of await demoObjects()) await storage.put(object);
  mooring = await startMooring(storage);
  cli = mooring.cli;
  const { client } = mooring;
  ({ source } = await connect(client, storage));
  await sync(client, source.id);
  const { id } = await client.call('probeSource', { params: { sourceId: source.id }, body: {} });
  await client.watchOperation(id);
  all = await assetsOf(client, source.id);
});
afterAll(async () => {
  await mooring?.stop();
  await storage?.stop();
});

const list = (...options: string[]) => cli.json<Asset[]>(['asset', 'list', '--all', ...options]);
const keysOf = (assets: Asset[]) => assets.map(({ key }) => key);

test('assets are found by what they are, and the counts say how many', async () => {
  const wide = all.filter(({ media }) => (media?.facts?.width ?? 0) >= 400);
  const found = await list('--min-width', '400');
  expect(found.length).toBeGreaterThan(0);
  expect(keysOf(found)).toEqual(keysOf(wide));
  const { total, estimated, facets } = await mooring.client.call('getAssetFacets', {
    query: { minWidth: 400 },
  });
  expect({ total, estimated }).toEqual({ total: wide.length, estimated: false });
  for (const { value, count } of facets.mediaType)
    expect(await list('--min-width', '400', '--media-type', value)).toHaveLength(count);
});

test('assets are listed by size, and found by several words', async () => {
  const sizes = (await list('--sort', '-size')).map(({ sizeBytes }) => sizeBytes);
  expect(sizes).toEqual(all.map(({ sizeBytes }) => sizeBytes).sort((a, b) => b - a));
  expect(keysOf(await list('--name', 'ROCKET photos'))).toEqual(['photos/space/rocket.jpg']);
  expect(keysOf(await list('--name', 'phot*rocket'))).toEqual(['photos/space/rocket.jpg']);
});

test('a profile of the workspace judges its sources, says why assets fail, and how to mend them', async () => {
  const file = join(mooring.home, 'small.json');
  const command = { title: 'Make it smaller', text: 'ffmpeg -i {file} -vf scale=100:-1 {as}' };
  const rule = {
    id: 'narrow',
    kinds: ['image'],
    fact: 'width',
    max: 399,
    fix: 'Scale it.',
    commands: [command],
  };
  await writeFile(file, JSON.stringify({ description: 'Small pictures.', rules: [rule] }));
  await cli.json(['profile', 'put', 'small', file]);
  await cli.json(['source', 'edit', source.id, '--profile', 'small']);
  await until('the judgement', async () => {
    const { judging } = await mooring.client.call('getSource', { params: { sourceId: source.id } });
    return !judging;
  });
  const failing = await list('--profile-result', 'failing');
  const tooWide = all.filter(({ kind, media }) => kind === 'image' && (media?.facts?.width ?? 0) > 399);
  expect(keysOf(failing)).toEqual(keysOf(tooWide));
  const [asset] = failing;
  const [failure] = asset!.failedRules;
  expect(failure).toMatchObject({
    rule: 'narrow',
    message: `The width is ${asset!.media!.facts!.width}; expected at most 399.`,
    fix: { steps: ['Scale it.'], snippets: [{ title: 'Make it smaller' }] },
  });
  expect(failure!.fix.snippets[0]!.text).toContain(`ffmpeg -i './${asset!.name}' -vf scale=100:-1`);
  const { facets } = await mooring.client.call('getAssetFacets', { query: {} });
  expect(facets.failedRule).toEqual([{ value: 'narrow', count: tooWide.length }]);
});

test('assets are tagged and described by ids and by filter, found by that, and the audit says so', async () => {
  const [first, second] = all;
  const edited = await cli.json<AssetEditResult>(['asset', 'tag', first!.id, second!.id, '--add', 'checked']);
  expect(edited).toMatchObject({ changed: 2, unchanged: 0, missing: [] });
  expect(keysOf(await list('--tag', 'checked'))).toEqual([first!.key, second!.key]);
  const site = ['--set', 'site=Berlin', '--set-json', 'visit={"number":2}'];
  const { counts } = await cli.json<OperationOf<'edit-assets'>>([
    'asset',
    'meta',
    '--kind',
    'image',
    ...site,
  ]);
  const images = all.filter(({ kind }) => kind === 'image');
  expect(counts).toMatchObject({ looked: images.length, changed: images.length, refused: 0 });
  expect(keysOf(await list('--metadata', 'visit.number=2'))).toEqual(keysOf(images));
  const folder = await cli.json<Folder>([
    'folder',
    'describe',
    first!.folderId,
    '--description',
    'Pictures',
    ...site,
  ]);
  expect(folder).toMatchObject({
    description: 'Pictures',
    clientMetadata: { site: 'Berlin', visit: { number: 2 } },
  });
  await sync(mooring.client, source.id);
  expect(await mooring.client.call('getAsset', { params: { assetId: first!.id } })).toMatchObject({
    tags: ['checked'],
  });
  const entries = await Promise.all(
    (['assets.tagged', 'assets.described', 'folder.updated'] as const).map(async action => {
      const { items } = await mooring.client.call('listAuditEntries', { query: { action } });
      return items[0]?.detail;
    }),
  );
  expect(entries).toMatchObject([
    { assets: 2, added: 'checked', changed: 2 },
    { metadata: 'site, visit' },
    { changed: 'description, metadata' },
  ]);
});

test('a refused edit says what is wrong with it, and changes nothing', async () => {
  const { client } = mooring;
  const deep = JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`) as Record<string, unknown>;
  const assetIds = [all[0]!.id];
  const attempts = [
    () => client.call('tagAssets', { body: { assetIds, tags: { add: ['a,b'] } } }),
    () => client.call('tagAssets', { body: { assetIds, tags: { add: ['a'], remove: ['a'] } } }),
    () => client.call('tagAssets', { body: { assetIds, tags: {} } }),
    () => client.call('describeAssets', { body: { assetIds, metadata: deep } }),
    () => client.call('describeAssets', { body: { assetIds, metadata: { a: 'x'.repeat(70_000) } } }),
    () => client.call('describeAssets', { body: { assetIds, metadata: { a: 'NUL \0' } } }),
    () => client.call('editAssets', { body: { filter: {} } }),
    () => client.call('listAssets', { query: { metadata: '=x' } }),
  ];
  for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'invalid_request' });
  const unknown = { filter: { folderId: 'fld_00000000000000000000' }, tags: { add: ['a'] } };
  await expect(client.call('editAssets', { body: unknown })).rejects.toMatchObject({ code: 'not_found' });
});

test('a dataset has versions that stay what they were, with a difference and splits', async () => {
  const { client } = mooring;
  const by = ['--split', '50/25/25', '--split-by', 'folder'];
  const { id } = await cli.json<Dataset>(['dataset', 'create', 'Pictures', ...by]);
  const version = (...options: string[]) =>
    cli.json<OperationOf<'dataset-version'>>(['dataset', 'version', 'Pictures', ...options]);
  const images = all.filter(({ kind }) => kind === 'image');
  expect((await version('--kind', 'image', '--note', 'All images')).counts).toEqual({
    ...{ members: images.length, added: images.length, changed: 0, gone: 0 },
  });
  const members = (...options: string[]) =>
    cli.json<DatasetMember[]>(['dataset', 'members', 'Pictures', '--all', ...options]);
  const first = await members();
  expect(first.map(({ key }) => key).sort()).toEqual(keysOf(images).sort());
  const directoryOf = (key: string) => key.slice(0, key.lastIndexOf('/') + 1);
  const splits = new Map(first.map(({ key, split }) => [directoryOf(key), split]));
  for (const { key, split } of first) expect([key, split]).toEqual([key, splits.get(directoryOf(key))]);
  const [changed, gone] = images;
  const other = all.find(({ kind }) => kind !== 'image')!;
  await storage.put({ key: changed!.key, body: 'another', contentType: 'image/jpeg' });
  await storage.remove(gone!.key);
  await sync(client, source.id);
  await version(other.id);
  const diff = await cli.json<DatasetChange[]>(['dataset', 'diff', 'Pictures', '--from', '1', '--to', '2']);
  expect(diff.map(({ key, change }) => [key, change]).sort()).toEqual(
    [
      [changed!.key, 'changed'],
      [gone!.key, 'gone'],
      [other.key, 'added'],
    ].sort(),
  );
  const now = (key: string) => (key === changed!.key ? 'changed' : key === gone!.key ? 'gone' : 'same');
  expect(await members('--version-number', '1')).toEqual(
    first.map(member => ({ ...member, now: now(member.key) })),
  );
  const { latest } = await client.call('getDataset', { params: { datasetId: id } });
  expect(latest).toMatchObject({ version: 2, members: images.length, added: 1, gone: 1 });
  const { items } = await client.call('listAuditEntries', { query: { action: 'dataset.version_started' } });
  expect(items).toHaveLength(2);
  await cli.json(['dataset', 'remove', 'Pictures']);
  expect(await cli.json(['dataset', 'list'])).toEqual([]);
});
