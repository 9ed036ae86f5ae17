import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sdkShare } from '../../peers.ts';
import { installRclone } from '../../rclone.ts';
import { type Benchmark, figure, median, ratio } from '../../report.ts';
import { type Bucket, installBoto3, type Listed, listWith, listWithBoto3, listWithRclone } from './peers.ts';

const VOLUME = fileURLToPath(new URL('./volume-process.ts', import.meta.url));

/**
 * One process that lists a whole bucket, one page after another, and keeps nothing: the SDK's paginator, boto3's,
 * rclone, and Mooring's listing. Pages come finished from the emulator's memory.
 */
export const listS3: Benchmark = async ({ objects, runs, log }) => {
  const [rclone, python] = [await installRclone(log), await installBoto3(log)];
  const volume = fork(VOLUME, [String(objects)]);
  const [bucket] = (await once(volume, 'message')) as [Bucket];
  const candidates: { name: string; run: () => Promise<Listed> }[] = [
    { name: 'S3: the SDK’s paginator', run: () => listWith('sdk', bucket, sdkShare(objects)) },
    { name: 'S3: boto3’s paginator', run: () => listWithBoto3(python, bucket, sdkShare(objects)) },
    { name: 'S3: rclone lsf -R', run: () => listWithRclone(rclone, bucket, objects) },
    { name: 'S3: ours', run: () => listWith('ours', bucket, objects) },
  ];
  try {
    await listWith('ours', bucket, objects); // so that every page is finished
    const done = candidates.map((): Listed[] => []);
    for (let round = 0; round < runs; round++)
      for (const [index, { name, run }] of candidates.entries()) {
        const listed = await run();
        done[index]!.push(listed);
        log(`${name}: ${Math.round(listed.objectsPerSecond).toLocaleString('en')} objects/s`);
      }
    const against = (other: number) =>
      median(
        done[3]!.map(
          ({ objectsPerSecond }, round) => objectsPerSecond / done[other]![round]!.objectsPerSecond,
        ),
      );
    return [
      ...candidates.flatMap(({ name }, index) => [
        figure(name, median(done[index]!.map(({ objectsPerSecond }) => objectsPerSecond)), 'objects/s'),
        figure(
          `${name}, peak memory`,
          Math.max(...done[index]!.map(({ peakMegabytes }) => peakMegabytes)),
          'MB',
        ),
      ]),
      ratio('S3: ours against the SDK’s paginator', against(0), { must: 8, aim: 20 }),
      figure('S3: ours against boto3’s paginator', against(1), '×'),
      figure('S3: ours against rclone', against(2), '×'),
    ];
  } finally {
    const exited = once(volume, 'exit');
    volume.disconnect();
    await exited;
  }
};
