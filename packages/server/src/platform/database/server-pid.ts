import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const WRITTEN_WITHIN_MS = 5000;

/** The process id that a data directory names as its server's, dead or alive. Null: none. */
export async function serverPid(directory: string): Promise<number | null> {
  const content = await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(nullIfMissing);
  return Number.parseInt(content ?? '', 10) || null;
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

/**
 * Removes the lock files that PostgreSQL does not dare to: those with an id that another process has by now, and
 * those that a crash left empty. One that was replaced in the meantime stays.
 */
export async function removeStaleLocks(directory: string): Promise<void> {
  for (const name of ['.s.PGSQL.5432.lock', 'postmaster.pid']) {
    const path = join(directory, name);
    const content = await readFile(path, 'utf8').catch(nullIfMissing);
    if (content === null) continue;
    const pid = Number.parseInt(content, 10);
    const isStale = pid ? isAlive(pid) && !(await isServerOf(directory, pid)) : await isLeftEmpty(path);
    if (isStale) await remove(path, content);
  }
}

/** A server that starts writes its id at once. */
async function isLeftEmpty(path: string): Promise<boolean> {
  const found = await stat(path).catch(nullIfMissing);
  return found?.size === 0 && Date.now() - found.mtimeMs > WRITTEN_WITHIN_MS;
}

async function remove(path: string, content: string): Promise<void> {
  const taken = `${path}.${randomBytes(4).toString('hex')}`;
  const wasThere = await rename(path, taken).then(() => true, nullIfMissing);
  if (!wasThere) return; // another process was faster
  if ((await readFile(taken, 'utf8')) === content) await rm(taken);
  else await rename(taken, path);
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
