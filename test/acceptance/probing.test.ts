import { join } from 'node:path';
import type { Operation } from '@mooring/contract';
import { demoObjects, type Storage, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cli, createCli } from '../support/cli.ts';
import { withApp, withTwoSas } from '../support/connect.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { assetsOf, sync } from '../support/sync.ts';
import { until } from '../support/wait.ts';

let storage: Storage;
let mooring: Mooring;
let cli: Cli;
/** The source that the server may read. */
let near: string;
/** Requests for the bytes of objects that reached the storage: the signature of each, null where it has none. */
const reads: (string | null)[] = [];

beforeAll(async () => {
  storage = await startStorage();
  storage.certificates.trust();
  for (const object of await demoObjects()) await storage.put(object);
  storage.front.inject(
    { kind: 'delay', ms: 0 },
    {
      when: ({ action, blob, query }) => {
        if (action === 'read' && blob !== null) reads.push(query.get('sig'));
        return false;
      },
    },
  );
  mooring = await startMooring(storage);
  cli = createCli(join(mooring.dataDir, '..', 'home'), {
    MOORING_URL: mooring.url,
    MOORING_TOKEN: mooring.token,
    NODE_EXTRA_CA_CERTS: storage.certificates.caFile,
  });
});
afterAll(async () => {
  await mooring?.stop();
  await storage?.stop();
});

const operationsOf = async (sourceId: string): Promise<Operation[]> =>
  (await mooring.client.call('listOperations', { query: { subjectId: sourceId } })).items;
/** What is known of each asset of a source, by key. */
const mediaOf = async (sourceId: string) =>
  new Map(
    (await assetsOf(mooring.client, sourceId)).map(({ key, kind, media }) => [
      key,
      media && { kind, facts: media.facts, warnings: media.warnings, problem: media.problem },
    ]),
  );
const idOf = async (sourceId: string, wanted: string) =>
  (await assetsOf(mooring.client, sourceId)).find(({ key }) => key === wanted)!.id;

test('after a sync a probe starts by itself, and learns what each asset is', async () => {
  const { client } = mooring;
  const { id: connectionId } = await client.call('createConnection', { body: withApp(storage) });
  near = (await client.call('createSource', { body: { connectionId } })).id;
  await sync(client, near);
  const { id } = await until('a probe', async () =>
    (await operationsOf(near)).find(({ kind }) => kind === 'probe'),
  );
  const media = await client.watchOperation(id).then(async operation => {
    const known = await mediaOf(near);
    expect(operation).toMatchObject({
      status: 'succeeded',
      counts: { looked: known.size, probed: known.size - 1, failed: 1, warned: 4 },
    });
    return known;
  });
  // As ffprobe, pdfinfo, dcmdump and ImageMagick say.
  expect(Object.fromEntries(media)).toMatchObject({
    'photos/animals/two-dogs.jpg': {
      kind: 'image',
      facts: { mediaType: 'image/jpeg', width: 960, height: 639, orientation: 6 },
      warnings: [],
    },
    'photos/nature/aitzgorri.jpg': { warnings: [{ code: 'personal_data' }] },
    'photos/things/coffee.webp': { facts: { mediaType: 'image/webp', width: 600, height: 400 } },
    'documents/chart.png': { facts: { mediaType: 'image/png', width: 480, height: 270, bitDepth: 8 } },
    'names/no-extension': { kind: 'image', facts: { mediaType: 'image/jpeg', width: 320, height: 180 } },
    'video/mountains.mp4': {
      kind: 'video',
      facts: {
        ...{ width: 480, height: 270, fps: 25, frames: 150, framesExact: true, durationSeconds: 6 },
        ...{ audioTracks: 1, audioCodec: 'aac', sampleRateHz: 44_100, channels: 1 },
      },
    },
    'video/mandelbrot.webm': {
      facts: {
        mediaType: 'video/webm',
        width: 320,
        height: 180,
        fps: 20,
        durationSeconds: 4,
        audioTracks: 0,
      },
    },
    'audio/chime.wav': {
      kind: 'audio',
      facts: { audioCodec: 'pcm_s16le', sampleRateHz: 16_000, channels: 1, durationSeconds: 2 },
    },
    'audio/scale.mp3': { facts: { audioCodec: 'mp3', sampleRateHz: 44_100 } },
    'documents/field-notes.pdf': { kind: 'pdf', facts: { mediaType: 'application/pdf', pages: 2 } },
    'documents/labels.csv': { kind: 'table', facts: { rows: 16, columns: ['frame', 'label'] } },
    'documents/empty.txt': {
      facts: null,
      problem: { code: 'not_recognised', message: 'The file is empty.' },
    },
    'medical/head-phantom/2.dcm': {
      kind: 'dicom',
      facts: { modality: 'CT', width: 160, height: 160, bitDepth: 12, instanceNumber: 2 },
      warnings: [{ code: 'personal_data' }],
    },
  });
});

test('the command line shows what an asset is', async () => {
  const show = async (key: string) => (await cli.run(['asset', 'show', await idOf(near, key)])).stdout;
  expect(await show('video/mountains.mp4')).toMatch(
    /content +video\/mp4\ndimensions +480 × 270 px\nduration +6 s\nframe rate +25 frames\/s, constant\n/,
  );
  expect(await show('documents/field-notes.pdf')).toMatch(/dimensions +420 × 595 pt\npages +2\n/);
  const empty = await show('documents/empty.txt');
  expect(empty).toMatch(/problem +The file is empty\./);
  expect(empty).not.toMatch(/^content {2}/m);
});

test('the server reads nothing of a client-only connection, and learns the same of it from mooring probe --here', async () => {
  const { client } = mooring;
  const body = { ...withTwoSas(storage), name: 'Far', accessMode: 'client-only' as const };
  const handedOut = new URLSearchParams(String(body.credential.deliverySasToken)).get('sig');
  const { id: connectionId } = await client.call('createConnection', { body });
  const { id: far } = await client.call('createSource', { body: { connectionId } });
  await sync(client, far);
  // The probe of the other source shows that the schedule has gone over both.
  const [frame] = (await demoObjects()).filter(({ key }) => key.startsWith('walk/'));
  await storage.put({ ...frame!, key: 'walk/late.jpg' });
  reads.length = 0;
  await sync(client, near);
  await until('the probe of a new asset', async () => (await mediaOf(near)).get('walk/late.jpg'));
  expect(reads.length).toBeGreaterThan(0);
  expect(reads.filter(signature => signature !== null)).toEqual([]); // The server reads with tokens.
  expect((await operationsOf(far)).map(({ kind }) => kind)).toEqual(['sync']);
  expect([...(await mediaOf(far)).values()].filter(media => media)).toEqual([]);
  const refused = await cli.run(['probe', far]);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringMatching(/client-only.*mooring probe --here/s),
  ]);

  await sync(client, far);
  reads.length = 0;
  const { size } = await mediaOf(far);
  const probed = await cli.json(['probe', far, '--here']);
  expect(await mediaOf(far)).toEqual(await mediaOf(near));
  expect(probed).toEqual({ looked: size, probed: size - 1, failed: 1, refused: 0 });
  // All of them by URLs that were handed out; the server's own token has another signature.
  expect(reads.length).toBeGreaterThanOrEqual(size - 1); // Nothing is read of the empty one.
  expect(new Set(reads)).toEqual(new Set([handedOut]));
});
