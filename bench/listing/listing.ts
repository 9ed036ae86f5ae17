import { fileURLToPath } from 'node:url';
import { measure } from '../measured.ts';
import { installRclone } from '../rclone.ts';
import { type Benchmark, figure, median, ratio } from '../report.ts';
import { startVolumeBeside } from '../volume.ts';

const CLIENT = fileURLToPath(new URL('./client.ts', import.meta.url));
/** The SDK's loop is stopped after this share of the objects: it takes minutes, and is no slower at the start. */
const SDK_SHARE = 0.1;

interface Run {
  objectsPerSecond: number;
  peakMegabytes: number;
}

/**
 * One process that lists a whole container and keeps nothing: the SDK's loop, rclone, and Mooring's listing in XML
 * and in Arrow. Pages come finished from the emulator's memory. Time is that of listing, for rclone that of the
 * process.
 */
export const listing: Benchmark = async ({ objects, runs, log }) => {
  const rclone = await installRclone(log);
  const volume = await startVolumeBeside(objects);

  const node = (client: string, limit: number) => async (): Promise<Run> => {
    const { stdout, peakMegabytes } = await measure(process.execPath, [
      CLIENT,
      client,
      volume.endpoint,
      String(limit),
    ]);
    const seen = JSON.parse(stdout) as { objects: number; seconds: number };
    if (seen.objects < limit) throw new Error(`${client} saw ${seen.objects} of ${limit} objects.`);
    return { objectsPerSecond: seen.objects / seen.seconds, peakMegabytes };
  };
  const runRclone = async (): Promise<Run> => {
    const { seconds, stdout, peakMegabytes } = await measure(
      rclone,
      ['lsf', '-R', '--files-only', '--format', 'pst', 'az:media'],
      {
        RCLONE_CONFIG: '/dev/null',
        RCLONE_CONFIG_AZ_TYPE: 'azureblob',
        RCLONE_CONFIG_AZ_SAS_URL: `${volume.endpoint}?sv=2020-10-02&sig=bm9ib2R5`,
      },
    );
    const lines = stdout.split('\n').length - 1;
    if (lines !== objects) throw new Error(`rclone saw ${lines} of ${objects} objects.`);
    return { objectsPerSecond: objects / seconds, peakMegabytes };
  };

  const candidates: { name: string; arrow: boolean; run: () => Promise<Run> }[] = [
    { name: 'the SDK’s loop', arrow: false, run: node('sdk', Math.max(10_000, objects * SDK_SHARE)) },
    { name: 'rclone lsf -R', arrow: false, run: runRclone },
    { name: 'ours, XML', arrow: false, run: node('ours', objects) },
    { name: 'ours, Arrow', arrow: true, run: node('ours', objects) },
  ];
  try {
    for (const arrow of [false, true]) {
      await volume.set({ arrow });
      await node('ours', objects)(); // so that every page is finished
    }
    // Round by round, so that what else the machine does strikes all of them.
    const done = candidates.map((): Run[] => []);
    for (let round = 0; round < runs; round++) {
      for (const [index, { name, arrow, run }] of candidates.entries()) {
        await volume.set({ arrow });
        const result = await run();
        done[index]!.push(result);
        log(`${name}: ${Math.round(result.objectsPerSecond).toLocaleString('en')} objects/s`);
      }
    }
    const rateOf = (candidate: number, round: number) => done[candidate]![round]!.objectsPerSecond;
    const rounds = Array.from({ length: runs }, (_, round) => round);
    const medianRatio = (one: number, other: number) =>
      median(rounds.map(round => rateOf(one, round) / rateOf(other, round)));
    const rows = candidates.flatMap(({ name }, index) => [
      figure(name, median(done[index]!.map(({ objectsPerSecond }) => objectsPerSecond)), 'objects/s'),
      figure(
        `${name}, peak memory`,
        Math.max(...done[index]!.map(({ peakMegabytes }) => peakMegabytes)),
        'MB',
      ),
    ]);
    return [
      ...rows,
      ratio('ours in XML against the SDK’s loop', medianRatio(2, 0), { must: 30, aim: 50 }),
      ratio('ours in XML against rclone', medianRatio(2, 1), { must: 10, aim: 20 }),
      ratio('ours in Arrow against ours in XML', medianRatio(3, 2), { must: 1.5, aim: 3 }),
    ];
  } finally {
    await volume.stop();
  }
};
