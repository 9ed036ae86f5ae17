import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/mooring-clients', import.meta.url));
/** As people install them; pinned, because their protocols are theirs to change. */
const PACKAGES = ['encord==0.1.211', 'darwin-py==3.6.3'];

/**
 * A Python with the clients of other platforms, made once for these versions.
 * @returns the path of its interpreter
 * @throws Error where it cannot be made, with what pip says
 */
export async function pythonWithClients(): Promise<string> {
  const name = createHash('sha256').update(PACKAGES.join()).digest('hex').slice(0, 16);
  const directory = join(CACHE, name);
  const python = join(directory, 'bin/python');
  if (await exists(join(directory, 'made'))) return python;
  await rm(directory, { recursive: true, force: true });
  await mkdir(CACHE, { recursive: true });
  await run('python3', ['-m', 'venv', directory]).catch((error: Error) => {
    throw new Error(
      `The tests need Python 3 with venv. On Debian: apt-get install python3-venv. ${error.message}`,
    );
  });
  await run(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES]);
  await mkdir(join(directory, 'made'));
  return python;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
