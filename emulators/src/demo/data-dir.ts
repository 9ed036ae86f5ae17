import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'mooring-demo-';

/**
 * A new folder for one run of the demo, for this user's eyes only (mode 0700). Folders of runs that were killed
 * are removed; the number in a folder's name is the process it belongs to.
 */
export async function createDataDir(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (owner && !isRunning(Number(owner))) await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
  return mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process runs and belongs to another user. Its folder stays.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
