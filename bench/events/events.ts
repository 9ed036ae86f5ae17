import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ContainerClient } from '@azure/storage-blob';
import { createAdminToken, mintAccountSas, startInstallation } from '@mooring/emulators';
import { createClient, type MooringClient } from '@mooring/sdk';
import { type Benchmark, figure, limit, median } from '../report.ts';
import { startVolumeBeside } from '../volume.ts';

const EVENTS_PER_SECOND = 500;
const MOST_EVENTS = 10_000;
const BATCH_EVERY_MS = 20;
const LOOK_EVERY_MS = 5;

/**
 * How long after Event Grid sent an event its asset is in the catalogue: 500 events a second, in batches every 20 ms,
 * each of an object that the catalogue does not have. Seen from outside, through the API.
 */
export const events: Benchmark = async ({ objects, runs, log }) => {
  const count = Math.min(objects, MOST_EVENTS);
  const volume = await startVolumeBeside(count);
  const keys = await keysOf(volume.endpoint);
  const results: { p50: number; p99: number }[] = [];
  try {
    for (let run = 1; run <= runs; run++) {
      const result = await measureOnce(volume.endpoint, keys);
      log(`run ${run}: p50 ${Math.round(result.p50)} ms, p99 ${Math.round(result.p99)} ms`);
      results.push(result);
    }
  } finally {
    await volume.stop();
  }
  return [
    figure('events', count, ''),
    figure('event to catalogue, p50', median(results.map(({ p50 }) => p50)), 'ms'),
    limit('event to catalogue, p99', median(results.map(({ p99 }) => p99)), 'ms', { must: 1000, aim: 200 }),
  ];
};

async function measureOnce(endpoint: string, keys: readonly string[]): Promise<{ p50: number; p99: number }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mooring-bench-'));
  const installation = await startInstallation({
    env: process.env,
    dataDir: join(dataDir, 'data'),
    settings: {
      MOORING_STORAGE_NETWORKS: '127.0.0.0/8,::1',
      MOORING_SIGN_IN_NETWORKS: '127.0.0.0/8,::1',
      MOORING_LOG_LEVEL: 'warn',
    },
  });
  try {
    const token = await createAdminToken(installation.signInLink!);
    const client = createClient({ baseUrl: installation.url, token });
    const latencies = await follow(client, endpoint, keys);
    latencies.sort((a, b) => a - b);
    const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)]!;
    return { p50: at(0.5), p99: at(0.99) };
  } finally {
    await installation.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Milliseconds from the sending of each event until its asset counts. */
async function follow(client: MooringClient, endpoint: string, keys: readonly string[]): Promise<number[]> {
  const { id: connectionId } = await client.call('createConnection', {
    body: {
      name: 'Benchmark',
      location: { endpoint, account: 'acme', container: 'media' },
      credential: {
        kind: 'azure-sas',
        sasToken: mintAccountSas({ name: 'acme', key: 'AAAA' }, { httpsOnly: false }),
      },
    },
  });
  const { id: sourceId } = await client.call('createSource', { body: { connectionId, probes: false } });
  const { webhookUrl } = await client.call('createFeed', {
    params: { sourceId },
    body: { kind: 'event-grid' },
  });
  // The first one waits for the worker to have started.
  const [first, ...rest] = keys as [string, ...string[]];
  await post(webhookUrl!, [first], rest.length);
  while ((await client.call('getSource', { params: { sourceId } })).assetCount === 0)
    await sleep(LOOK_EVERY_MS);
  const sentAt: number[] = [];
  const latencies: number[] = [];
  const send = async () => {
    const begun = performance.now();
    const inBatch = (EVENTS_PER_SECOND * BATCH_EVERY_MS) / 1000;
    const posts: Promise<Response>[] = [];
    for (let at = 0; at < rest.length; at += inBatch) {
      const batch = rest.slice(at, at + inBatch);
      await sleep(Math.max(0, begun + (at / inBatch) * BATCH_EVERY_MS - performance.now()));
      sentAt.push(...batch.map(() => performance.now()));
      posts.push(post(webhookUrl!, batch, at));
    }
    for (const answer of await Promise.all(posts)) {
      if (!answer.ok) throw new Error(`An event was answered with ${answer.status}: ${await answer.text()}`);
    }
  };
  const look = async () => {
    while (latencies.length < rest.length) {
      const { assetCount } = await client.call('getSource', { params: { sourceId } });
      const now = performance.now();
      while (latencies.length < assetCount - 1) latencies.push(now - sentAt[latencies.length]!);
      await sleep(LOOK_EVERY_MS);
    }
  };
  await Promise.all([send(), look()]);
  return latencies;
}

const post = (url: string, keys: readonly string[], first: number): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(
      keys.map((key, index) => ({
        id: String(first + index),
        subject: `/blobServices/default/containers/media/blobs/${key}`,
        eventType: 'Microsoft.Storage.BlobCreated',
        eventTime: new Date().toISOString(),
        data: { sequencer: String(first + index).padStart(32, '0') },
      })),
    ),
  });

async function keysOf(endpoint: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { name } of new ContainerClient(`${endpoint}/media`).listBlobsFlat()) keys.push(name);
  return keys;
}
