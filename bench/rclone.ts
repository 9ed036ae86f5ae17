import { existsSync } from 'node:fs';
import { measure } from './measured.ts';

const RCLONE = '/usr/bin/rclone';

/**
 * Installs rclone from Debian's packages where it is absent and we are root.
 * @throws Error saying what to do where it cannot
 */
export async function installRclone(log: (line: string) => void): Promise<string> {
  if (existsSync(RCLONE)) return RCLONE;
  const install = ['install', '-qq', '-y', '--no-install-recommends', 'rclone'];
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error('rclone is one of the peers. On Debian: sudo apt-get install rclone');
  log('Installing rclone from Debian.');
  await measure('apt-get', ['update', '-qq']);
  await measure('apt-get', install, { DEBIAN_FRONTEND: 'noninteractive' });
  return RCLONE;
}

/** Its name and version. */
export async function rcloneVersion(): Promise<string> {
  const { stdout } = await measure(RCLONE, ['version']);
  return stdout.split('\n')[0]!.trim();
}
