import { setTimeout as sleep } from 'node:timers/promises';
import { startMooring } from '../mooring.ts';
import { listWith, listWithRclone, sdkShare } from '../peers.ts';
import { installRclone } from '../rclone.ts';
import { type Benchmark, figure, limit, median, ratio } from '../report.ts';
import { startVolumeBeside, type VolumeBeside } from '../volume.ts';
import { assetRowsWrittenSince, momentOf, timeNaiveUpsert, timePlainCopy } from './database.ts';
import { browse, percentile } from './requests.ts';

const CHANGED = 0.001;
/** As long as a first sync takes: of fewer requests the slowest hundredth are two or three. */
const IDLE_MS = 15_000;
const WARM_MS = 1000;
const NAIVE_SHARE = 0.2;

/** Seconds, unless their names say otherwise. */
interface Round {
  sdk: number;
  rclone: number;
  listing: number;
  first: number;
  unchanged: number;
  changed: number;
  copy: number;
  naiveFirst: number;
  naiveAgain: number;
  rowsWrittenUnchanged: number;
  /** Before anything was synced. */
  idleMegabytes: number;
  peakMegabytes: number;
}

/**
 * Syncs of a container into a new installation with its embedded database, against the peers that list the same
 * container in the same round: the first one, one in which nothing changed, one in which a thousandth changed. The
 * storage answers in Arrow, as Azure does, without added latency; the peers ask for XML.
 */
export const sync: Benchmark = async ({ objects, runs, log }) => {
  const rclone = await installRclone(log);
  const volume = await startVolumeBeside(objects);
  try {
    const rounds: Round[] = [];
    for (let round = 1; round <= runs; round++) {
      rounds.push(await measureRound(volume, rclone, objects));
      log(
        `round ${round}: ${JSON.stringify(rounds.at(-1), (_, value) => Math.round(value * 100) / 100 || value)}`,
      );
    }
    const requests = await measureRequests(volume, runs, log);
    return rowsOf(objects, rounds, requests);
  } finally {
    await volume.stop();
  }
};

async function measureRound(volume: VolumeBeside, rclone: string, objects: number): Promise<Round> {
  const { endpoint } = volume;
  await volume.change(null);
  const sdk = objects / (await listWith('sdk', endpoint, sdkShare(objects))).objectsPerSecond;
  const rcloneSeconds = objects / (await listWithRclone(rclone, endpoint, objects)).objectsPerSecond;

  const mooring = await startMooring();
  try {
    const sourceId = await mooring.addSource(endpoint);
    const idleMegabytes = await mooring.peakMegabytes();
    await mooring.sync(sourceId, { dryRun: true }); // so that the emulator has every page finished
    const first = await mooring.sync(sourceId);
    expectCounts(first.counts, { added: objects });
    await mooring.sync(sourceId, { dryRun: true }); // which divides the container otherwise than the first time
    await listWith('ours', endpoint, objects);
    const listing = objects / (await listWith('ours', endpoint, objects)).objectsPerSecond;
    const moment = await momentOf(mooring.database);
    const unchanged = await mooring.sync(sourceId);
    expectCounts(unchanged.counts, { unchanged: objects });
    const rowsWrittenUnchanged = await assetRowsWrittenSince(mooring.database, moment);
    const changes = await volume.change({ seed: 1, changed: CHANGED });
    await mooring.sync(sourceId, { dryRun: true });
    const changed = await mooring.sync(sourceId);
    expectCounts(changed.counts, { changed: changes.changed, unchanged: objects - changes.changed });
    const peakMegabytes = await mooring.peakMegabytes();
    const copy = await timePlainCopy(mooring.database);
    const naive = await timeNaiveUpsert(mooring.database, Math.round(objects * NAIVE_SHARE));
    return {
      sdk,
      rclone: rcloneSeconds,
      listing,
      first: first.seconds,
      unchanged: unchanged.seconds,
      changed: changed.seconds,
      copy,
      naiveFirst: naive.first / NAIVE_SHARE,
      naiveAgain: naive.again / NAIVE_SHARE,
      rowsWrittenUnchanged,
      idleMegabytes,
      peakMegabytes,
    };
  } finally {
    await mooring.stop();
  }
}

/** Milliseconds that the slowest hundredth of requests take longer than. */
interface RequestRound {
  idle: number;
  busy: number;
}

/** How long the requests of a person who browses take: while nothing else runs, and during first syncs. */
async function measureRequests(volume: VolumeBeside, runs: number, log: (line: string) => void) {
  const mooring = await startMooring();
  try {
    await volume.change(null);
    const sourceId = await mooring.addSource(volume.endpoint);
    await mooring.sync(sourceId);
    await browse(mooring.client, sourceId, sleep(WARM_MS)); // so that code and caches are warm
    const rounds: RequestRound[] = [];
    for (let round = 1; round <= runs; round++) {
      const idle = await browse(mooring.client, sourceId, sleep(IDLE_MS));
      const other = await mooring.addSource(volume.endpoint);
      const busy = await browse(mooring.client, sourceId, mooring.sync(other));
      rounds.push({ idle: percentile(idle, 0.99), busy: percentile(busy, 0.99) });
      log(
        `${idle.length} requests while idle, ${busy.length} during a sync: p99 ${JSON.stringify(rounds.at(-1))} ms`,
      );
    }
    return rounds;
  } finally {
    await mooring.stop();
  }
}

function rowsOf(objects: number, rounds: Round[], requests: RequestRound[]) {
  const of = (read: (round: Round) => number) => median(rounds.map(read));
  const seconds = (name: string, read: (round: Round) => number) => [figure(name, of(read), 's')];
  const p99 = (read: (round: RequestRound) => number) => median(requests.map(read));
  return [
    figure('objects', objects, ''),
    ...seconds('the SDK’s loop, which stores nothing (a tenth, multiplied)', ({ sdk }) => sdk),
    ...seconds('rclone lsf -R', ({ rclone }) => rclone),
    ...seconds('our bare listing', ({ listing }) => listing),
    ...seconds('plain COPY of the same rows', ({ copy }) => copy),
    ...seconds(
      'naive upsert of new rows, without listing (a fifth, multiplied)',
      ({ naiveFirst }) => naiveFirst,
    ),
    ...seconds('naive upsert of unchanged rows, the same way', ({ naiveAgain }) => naiveAgain),
    ...seconds('first sync', ({ first }) => first),
    ...seconds('sync of what is unchanged', ({ unchanged }) => unchanged),
    ...seconds('sync of 0.1 % changed', ({ changed }) => changed),
    ratio(
      'first sync against the SDK’s loop',
      of(({ sdk, first }) => sdk / first),
      { must: 6, aim: 12 },
    ),
    ratio(
      'first sync against rclone',
      of(({ rclone, first }) => rclone / first),
      { must: 2.5, aim: 5 },
    ),
    ratio(
      'first sync against plain COPY',
      of(({ copy, first }) => copy / first),
      { must: 0.7, aim: 0.9 },
    ),
    ratio(
      'unchanged sync against our bare listing',
      of(({ listing, unchanged }) => listing / unchanged),
      {
        must: 0.8,
        aim: 0.95,
      },
    ),
    figure(
      'unchanged sync against naive upsert',
      of(round => round.naiveAgain / round.unchanged),
      '×',
    ),
    limit(
      'asset rows written by an unchanged sync',
      Math.max(...rounds.map(round => round.rowsWrittenUnchanged)),
      'rows',
      {
        must: 0,
        aim: 0,
      },
    ),
    limit(
      'time of 0.1 % changed against unchanged',
      of(({ changed, unchanged }) => changed / unchanged),
      '×',
      {
        must: 1.5,
        aim: 1.1,
      },
    ),
    figure(
      'memory of our processes before the first sync',
      of(({ idleMegabytes }) => idleMegabytes),
      'MB',
    ),
    limit(
      'peak memory of our processes together',
      Math.max(...rounds.map(round => round.peakMegabytes)),
      'MB',
      {
        must: 400,
        aim: 250,
      },
    ),
    figure(
      'API p99 while idle',
      p99(({ idle }) => idle),
      'ms',
    ),
    figure(
      'API p99 during a first sync',
      p99(({ busy }) => busy),
      'ms',
    ),
    limit(
      'API p99 during a first sync against idle',
      p99(({ idle, busy }) => busy / idle),
      '×',
      { must: 3, aim: 1.5 },
    ),
  ];
}

function expectCounts(counts: Record<string, number>, expected: Record<string, number>): void {
  for (const [name, value] of Object.entries(expected))
    if (counts[name] !== value)
      throw new Error(`The sync ${name} ${counts[name]} objects; expected ${value}.`);
}
