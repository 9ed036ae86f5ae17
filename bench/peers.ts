import { fileURLToPath } from 'node:url';
import { measure } from './measured.ts';
import { SAS } from './sas.ts';

const CLIENT = fileURLToPath(new URL('./listing/client.ts', import.meta.url));

/** One listing of the whole container `media`, in a process of its own. */
export interface ListingRun {
  objectsPerSecond: number;
  /** What the process itself used; null where that is unknown. */
  cpuSeconds: number | null;
  peakMegabytes: number;
}

/**
 * Lists with the SDK's loop or with ours. The SDK's takes minutes, and is no slower at the start: give it a share.
 * @throws Error where it saw fewer objects than that
 */
export async function listWith(
  client: 'sdk' | 'ours',
  endpoint: string,
  objects: number,
): Promise<ListingRun> {
  const run = await measure(process.execPath, [CLIENT, client, endpoint, String(objects)]);
  const seen = JSON.parse(run.stdout) as { objects: number; seconds: number; cpuSeconds: number };
  if (seen.objects < objects) throw new Error(`${client} saw ${seen.objects} of ${objects} objects.`);
  return {
    objectsPerSecond: seen.objects / seen.seconds,
    cpuSeconds: seen.cpuSeconds,
    peakMegabytes: run.peakMegabytes,
  };
}

/** Lists with `rclone lsf -R`; its time is that of the process. */
export async function listWithRclone(rclone: string, endpoint: string, objects: number): Promise<ListingRun> {
  const arguments_ = ['lsf', '-R', '--files-only', '--format', 'pst', 'az:media'];
  const { seconds, stdout, peakMegabytes } = await measure(rclone, arguments_, {
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_AZ_TYPE: 'azureblob',
    RCLONE_CONFIG_AZ_SAS_URL: `${endpoint}?${SAS}`,
  });
  const lines = stdout.split('\n').length - 1;
  if (lines !== objects) throw new Error(`rclone saw ${lines} of ${objects} objects.`);
  return { objectsPerSecond: objects / seconds, cpuSeconds: null, peakMegabytes };
}

/** How many objects the SDK's loop is given. */
export const sdkShare = (objects: number): number => Math.max(10_000, Math.round(objects / 10));
