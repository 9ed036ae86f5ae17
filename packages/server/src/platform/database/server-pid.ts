import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The process id that a data directory names as its server's, dead or alive. Null: none. */
export async function serverPid(directory: string): Promise<number | null> {
  const content = await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(error => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return Number.parseInt(content, 10) || null;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Whether the process with this id is the server of the data directory, rather than one that got the id of a server
 * that is gone (in containers the same small ids come back at every start). In doubt it is.
 */
export async function isServerOf(directory: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-p', String(pid), '-o', 'comm=']).catch(() => ({ stdout: '' })); // it has ended
    return stdout.trim().endsWith('postgres');
  }
  try {
    const [its, ours] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(directory)]);
    return its.dev === ours.dev && its.ino === ours.ino;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/** Removes the files that name a server which is gone. One that was replaced in the meantime stays. */
export async function removeStaleLocks(directory: string, pid: number): Promise<void> {
  for (const name of ['.s.PGSQL.5432.lock', 'postmaster.pid'])
    await removeStaleLock(join(directory, name), pid);
}

async function removeStaleLock(path: string, pid: number): Promise<void> {
  const taken = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await rename(path, taken);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // another process was faster
    throw error;
  }
  const isStale = Number.parseInt(await readFile(taken, 'utf8'), 10) === pid;
  if (isStale) await rm(taken);
  else await rename(taken, path);
}
