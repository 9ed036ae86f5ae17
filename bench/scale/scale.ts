import { startMooring } from '../mooring.ts';
import { type Benchmark, figure, limit, median } from '../report.ts';
import { startVolumeBeside } from '../volume.ts';

const TIMES = 10;

/** A first and an unchanged sync of a container and of one ten times as large: time and memory. The larger
 * one once. */
export const scale: Benchmark = async ({ objects, runs, log }) => {
  const smallOnes: Measured[] = [];
  for (let run = 1; run <= runs; run++) smallOnes.push(await measureSize(objects, log));
  const small = {
    first: median(smallOnes.map(({ first }) => first)),
    unchanged: median(smallOnes.map(({ unchanged }) => unchanged)),
    megabytes: Math.max(...smallOnes.map(({ megabytes }) => megabytes)),
  };
  const large = await measureSize(objects * TIMES, log);
  const goals = { must: 11, aim: 10 };
  const memory = { must: 400, aim: 250 };
  return [
    figure('objects, smaller container', objects, ''),
    figure('first sync, smaller', small.first, 's'),
    figure('first sync, larger', large.first, 's'),
    figure('unchanged sync, smaller', small.unchanged, 's'),
    figure('unchanged sync, larger', large.unchanged, 's'),
    limit('first sync of ten times as many', large.first / small.first, '×', goals),
    limit('unchanged sync of ten times as many', large.unchanged / small.unchanged, '×', goals),
    limit('peak memory of our processes, smaller', small.megabytes, 'MB', memory),
    limit('peak memory of our processes, larger', large.megabytes, 'MB', memory),
  ];
};

interface Measured {
  /** Seconds. */
  first: number;
  unchanged: number;
  megabytes: number;
}

async function measureSize(objects: number, log: (line: string) => void): Promise<Measured> {
  const volume = await startVolumeBeside(objects);
  const mooring = await startMooring();
  try {
    const sourceId = await mooring.addSource(volume.endpoint);
    await mooring.sync(sourceId, { dryRun: true }); // so that the emulator has every page finished
    const first = await mooring.sync(sourceId);
    await mooring.sync(sourceId, { dryRun: true }); // which divides the container otherwise than the first time
    const unchanged = await mooring.sync(sourceId);
    if (first.counts.added !== objects || unchanged.counts.unchanged !== objects)
      throw new Error(`The syncs counted ${JSON.stringify([first.counts, unchanged.counts])}.`);
    log(`${objects} objects: first ${first.seconds} s, unchanged ${unchanged.seconds} s`);
    return { first: first.seconds, unchanged: unchanged.seconds, megabytes: await mooring.peakMegabytes() };
  } finally {
    await mooring.stop();
    await volume.stop();
  }
}
