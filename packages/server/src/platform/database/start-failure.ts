import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MooringError } from '../problem.ts';
import type { Cluster } from './cluster.ts';

const FULL_BELOW_BYTES = 1_000_000;
const OUT_OF_SPACE = /No space left on device|Disk quota exceeded|File too large|ENOSPC|EFBIG/i;
const OUT_OF_MEMORY = /could not map anonymous shared memory|Cannot allocate memory|out of memory/;
const NAMELESS = /could not look up effective user ID/;
const DAMAGED =
  /PANIC|could not find the database system|invalid checkpoint|incorrect checksum|is corrupted|could not open file ".*(base|global|pg_\w+)\//;

/** Why a server or its initialisation ended, from what it wrote, in a sentence and with what to do. */
export async function startFailure(cluster: Cluster, said: string, cause?: unknown): Promise<MooringError> {
  const where = cluster.directory;
  const reason = decisiveLine(said);
  const failed = (message: string, fix: string) => new MooringError('unavailable', message, { fix, cause });

  // On a full disk the server often cannot even write why it ended.
  const { bavail, bsize } = await statfs(dirname(where));
  if (OUT_OF_SPACE.test(said) || bavail * bsize < FULL_BELOW_BYTES) {
    const free = `${Math.floor((bavail * bsize) / 1_000_000)} MB free`;
    return failed(
      `The disk of ${where} is full (${free}), so the embedded database cannot start.${reason && ` It said: ${reason}`}`,
      'Free space there, or lift the limit on the size of files, and start again. The saved data is still there.',
    );
  }
  if (OUT_OF_MEMORY.test(said)) {
    return failed(
      `The embedded database got too little memory to start; it needs about 200 MB. It said: ${reason}`,
      'Give this machine or container more memory.',
    );
  }
  if (NAMELESS.test(said)) {
    return failed(
      `The embedded database needs a user that has a name. It said: ${reason}`,
      'Run Mooring as a user that is listed in /etc/passwd, or set DATABASE_URL to a PostgreSQL server.',
    );
  }
  if (DAMAGED.test(said)) {
    return failed(
      `The embedded database in ${where} is damaged. It said: ${reason}`,
      `Restore ${where} from a backup. Or move it to another place and run mooring import with the last export.`,
    );
  }
  return failed(
    `The embedded database in ${where} did not start. It said: ${reason || 'nothing'}`,
    `Read ${cluster.logFile} for the cause.`,
  );
}

/** The line that names the reason, without its time and process id. */
function decisiveLine(said: string): string {
  const lines = said.split('\n').filter(line => line.trim() !== '');
  const line = lines.find(text => /FATAL|PANIC|^\w+: /.test(text)) ?? lines.at(-1) ?? '';
  return line.replace(/^.*?(FATAL|PANIC|initdb: error|^\w+):\s*/, '').trim();
}
