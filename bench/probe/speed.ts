import { atLeast, figure, median, type Row, ratio } from '../report.ts';
import type { CorpusFile } from './corpus.ts';
import type { RangeServer, StartedReader } from './processes.ts';

/** How long the server waits before it answers a request. */
const DELAYS_MS = [0, 30, 100];
const MUST = { delayMs: 30, filesPerSecond: 300 };

/** One reading of `files` files. */
interface Speed {
  filesPerSecond: number;
  cpuMs: number;
}
/** Of one reader, for one set of files: the speeds at one delay, run by run. */
type Speeds = Map<number, Speed[]>;

/**
 * Reads the files with each reader at each delay. Every reader of a run has read the same files once before, so that
 * what is loaded and compiled once belongs to none.
 * @param count how many files a reading has; the files are taken evenly, and again and again where they are fewer
 */
export async function measureSpeeds(
  readers: readonly StartedReader[],
  files: readonly CorpusFile[],
  server: RangeServer,
  { runs, count }: { runs: number; count: number },
): Promise<Speeds[]> {
  const taken = Array.from({ length: count }, (_, i) => files[Math.floor((i * files.length) / count)]!);
  await server.setDelay(0);
  for (const reader of readers) await reader.read(taken);
  const speeds: Speeds[] = readers.map(() => new Map(DELAYS_MS.map(delay => [delay, []])));
  for (let run = 0; run < runs; run++)
    for (const delay of DELAYS_MS) {
      await server.setDelay(delay);
      for (const [i, reader] of readers.entries()) {
        const { seconds, cpuSeconds } = await reader.read(taken);
        const speed = { filesPerSecond: count / seconds, cpuMs: (cpuSeconds * 1000) / count };
        speeds[i]!.get(delay)!.push(speed);
      }
    }
  return speeds;
}

/** The figures of one reader. */
export const speedRows = (name: string, speeds: Speeds): Row[] => [
  figure(`${name}: CPU a file`, median(speeds.get(0)!.map(({ cpuMs }) => cpuMs)), 'ms'),
  ...DELAYS_MS.map(delay =>
    figure(`${name}: at ${delay} ms a request`, filesPerSecond(speeds, delay), 'files/s'),
  ),
];

/** How fast ours is over all kinds, and what must be reached. */
export const overallSpeedRows = (speeds: Speeds): Row[] =>
  DELAYS_MS.map(delay => {
    const name = `at ${delay} ms a request`;
    const reached = filesPerSecond(speeds, delay);
    if (delay !== MUST.delayMs) return figure(name, reached, 'files/s');
    return atLeast(name, reached, 'files/s', { must: MUST.filesPerSecond, aim: 2 * MUST.filesPerSecond });
  });

/** Ours against a peer: the median of the ratios within each run. */
export const againstRows = (name: string, ours: Speeds, peer: Speeds): Row[] =>
  DELAYS_MS.map(delay => {
    const ratios = ours
      .get(delay)!
      .map(({ filesPerSecond }, run) => filesPerSecond / peer.get(delay)![run]!.filesPerSecond);
    return ratio(`${name} at ${delay} ms a request`, median(ratios), { must: 1, aim: 2 });
  });

const filesPerSecond = (speeds: Speeds, delay: number): number =>
  median(speeds.get(delay)!.map(speed => speed.filesPerSecond));
