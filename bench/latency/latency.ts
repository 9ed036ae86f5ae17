import { startMooring } from '../mooring.ts';
import { listWith } from '../peers.ts';
import { type Benchmark, type BenchmarkOptions, figure, median, type Row, ratio } from '../report.ts';
import { startVolumeBeside } from '../volume.ts';

const LATENCY_MS = 60;

/**
 * A storage that takes 60 ms to begin with each answer: our own listing, page after page, against a sync of a
 * container in which nothing changed, which lists ranges of it at once. For a tree of 1,000 prefixes in XML, and for
 * a container without any, in Arrow.
 */
export const latency: Benchmark = async options => [
  ...(await measureShape('tree', false, options)),
  ...(await measureShape('flat', true, options)),
];

async function measureShape(
  shape: 'tree' | 'flat',
  arrow: boolean,
  { objects, runs, log }: BenchmarkOptions,
): Promise<Row[]> {
  const name = `${shape}, ${arrow ? 'Arrow' : 'XML'}`;
  const volume = await startVolumeBeside(objects, shape);
  await volume.set({ arrow });
  const mooring = await startMooring();
  try {
    const sourceId = await mooring.addSource(volume.endpoint);
    await mooring.sync(sourceId);
    await listWith('ours', volume.endpoint, objects);
    await volume.set({ latencyMs: LATENCY_MS });
    await mooring.sync(sourceId); // so that the emulator has most pages finished
    const rounds: { sequential: number; sync: number }[] = [];
    for (let run = 1; run <= runs; run++) {
      const { objectsPerSecond } = await listWith('ours', volume.endpoint, objects);
      const { counts, seconds } = await mooring.sync(sourceId);
      if (counts.unchanged !== objects)
        throw new Error(`The sync found ${counts.unchanged} of ${objects} objects unchanged.`);
      rounds.push({ sequential: objects / objectsPerSecond, sync: seconds });
      log(`${name}: one after the other ${rounds.at(-1)!.sequential.toFixed(1)} s, sync ${seconds} s`);
    }
    return [
      figure(`${name}: pages one after the other`, median(rounds.map(({ sequential }) => sequential)), 's'),
      figure(`${name}: unchanged sync`, median(rounds.map(({ sync }) => sync)), 's'),
      ratio(
        `${name}: unchanged sync against one after the other`,
        median(rounds.map(({ sequential, sync }) => sequential / sync)),
        { must: 8, aim: 15 },
      ),
    ];
  } finally {
    await mooring.stop();
    await volume.stop();
  }
}
