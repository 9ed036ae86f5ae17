import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryDirectory } from '../support/temporary.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** A house with shelves, and a web app that knows them. */
export async function startHouse() {
  const directory = await temporaryDirectory('house');
  const webDir = join(directory.path, 'web');
  const { NODE_ENV: _, ...env } = process.env; // that of tests would build the app for development
  await promisify(execFile)(process.execPath, [path('build-web.ts'), webDir], { env });
  const rooms = join(directory.path, 'rooms');
  return {
    /** Environment variables for a `mooring` that knows the kind, and for its server. */
    settings: {
      NODE_OPTIONS: `--import=${new URL('register.ts', import.meta.url)}`,
      MOORING_SHELF_DIR: rooms,
      MOORING_WEB_DIR: webDir,
    },
    /** Puts an object into a box, or a key beside a door: `attic/1234.key`. */
    async put(name: string, body: Buffer | string = ''): Promise<void> {
      const file = join(rooms, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, body);
    },
    remove: directory.remove,
  };
}
export type House = Awaited<ReturnType<typeof startHouse>>;
