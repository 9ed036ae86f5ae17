import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem, type } from 'node:os';
import { rcloneVersion } from './rclone.ts';

/** What a reader needs to know of the machine to judge the figures. */
export async function describeMachine(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const system = /^PRETTY_NAME="(.*)"$/m.exec(release)?.[1] ?? type();
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    `${availableParallelism()} × ${cpus()[0]?.model.trim()}, ${memory} GB of memory, ${system}`,
    `Node ${process.version}, ${await rcloneVersion()}`,
    'The emulator, Mooring, its database and the peers share these cores.',
  ].join('. ');
}
