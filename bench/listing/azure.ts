import { type ListingRun, listWith, listWithRclone, sdkShare } from '../peers.ts';
import { installRclone } from '../rclone.ts';
import { type Benchmark, figure, median, ratio } from '../report.ts';
import { startVolumeBeside } from '../volume.ts';

/**
 * One process that lists a whole container and keeps nothing: the SDK's loop, rclone, and Mooring's listing in XML
 * and in Arrow. Pages come finished from the emulator's memory.
 */
export const listAzure: Benchmark = async ({ objects, runs, log }) => {
  const rclone = await installRclone(log);
  const volume = await startVolumeBeside(objects);
  const { endpoint } = volume;
  const candidates: { name: string; arrow: boolean; run: () => Promise<ListingRun> }[] = [
    { name: 'the SDK’s loop', arrow: false, run: () => listWith('sdk', endpoint, sdkShare(objects)) },
    { name: 'rclone lsf -R', arrow: false, run: () => listWithRclone(rclone, endpoint, objects) },
    { name: 'ours, XML', arrow: false, run: () => listWith('ours', endpoint, objects) },
    { name: 'ours, Arrow', arrow: true, run: () => listWith('ours', endpoint, objects) },
  ];
  try {
    for (const arrow of [false, true]) {
      await volume.set({ arrow });
      await listWith('ours', endpoint, objects); // so that every page is finished
    }
    // Round by round, so that what else the machine does strikes all of them.
    const done = candidates.map((): (ListingRun & { serverSeconds: number })[] => []);
    for (let round = 0; round < runs; round++) {
      for (const [index, { name, arrow, run }] of candidates.entries()) {
        await volume.set({ arrow });
        const before = await volume.cpuSeconds();
        const result = await run();
        done[index]!.push({ ...result, serverSeconds: (await volume.cpuSeconds()) - before });
        log(`${name}: ${Math.round(result.objectsPerSecond).toLocaleString('en')} objects/s`);
      }
    }
    const rounds = Array.from({ length: runs }, (_, round) => round);
    const rateOf = (candidate: number, round: number) => done[candidate]![round]!.objectsPerSecond;
    const medianRatio = (one: number, other: number) =>
      median(rounds.map(round => rateOf(one, round) / rateOf(other, round)));
    const rows = candidates.flatMap(({ name }, index) => {
      const of = done[index]!;
      const client = of.map(({ cpuSeconds }) => cpuSeconds);
      const server = of.map(
        ({ serverSeconds, objectsPerSecond }) => (serverSeconds * objectsPerSecond) / objects,
      );
      return [
        figure(name, median(of.map(({ objectsPerSecond }) => objectsPerSecond)), 'objects/s'),
        figure(`${name}, peak memory`, Math.max(...of.map(({ peakMegabytes }) => peakMegabytes)), 'MB'),
        ...(index < 2 || client.includes(null)
          ? []
          : [
              figure(`${name}, CPU`, (median(client as number[]) / objects) * 1e6, 'µs/object'),
              figure(`${name}, a core’s share that the emulator took`, median(server) * 100, '%'),
            ]),
      ];
    });
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
