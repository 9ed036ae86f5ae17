import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Asset, Source } from '@mooring/contract';
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
