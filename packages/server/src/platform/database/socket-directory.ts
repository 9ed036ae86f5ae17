import { createHash } from 'node:crypto';
import { lstatSync, readlinkSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MooringError } from '../problem.ts';

// The path of a socket has room for 104 bytes on macOS and 108 on Linux, with the zero at its end.
const LONGEST_PATH_BYTES = 103;

/** The directory as it is, or a short name for it when the path of a socket in it would be too long to connect to. */
export function socketDirectory(directory: string): string {
  if (Buffer.byteLength(join(directory, '.s.PGSQL.5432')) <= LONGEST_PATH_BYTES) return directory;
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  const short = join(tmpdir(), `mooring-${process.getuid?.()}-${hash}`);
  try {
    symlinkSync(directory, short);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const isOurs = lstatSync(short).uid === process.getuid?.() && readlinkSync(short) === directory;
    if (!isOurs) {
      throw new MooringError(
        'unavailable',
        `${short} should lead to ${directory}, but it belongs to another user.`,
        {
          fix: `Remove ${short}, or choose a data directory with a shorter path.`,
        },
      );
    }
  }
  return short;
}
