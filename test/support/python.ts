import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = join(root, 'node_modules/.cache/mooring-python');

/** The sources of the Python client. */
export const PYTHON_CLIENT = join(root, 'python');

/**
 * A Python with the Python client, from source, and the packages that its tests need. It is made once for each state of
 * `pyproject.toml`.
 * @returns the path of its interpreter
 * @throws Error where it cannot be made, with what pip says
 */
export async function pythonWithClient(): Promise<string> {
  const project = await readFile(join(PYTHON_CLIENT, 'pyproject.toml'));
  const directory = join(CACHE, createHash('sha256').update(project).digest('hex').slice(0, 16));
  const python = join(directory, 'bin/python');
  const made = join(directory, 'made');
  if (await exists(made)) return python;
  await rm(directory, { recursive: true, force: true });
  await mkdir(CACHE, { recursive: true });
  await run('python3', ['-m', 'venv', directory]).catch((error: Error) => {
    throw new Error(
      `The tests need Python 3 with venv. On Debian: apt-get install python3-venv. ${error.message}`,
    );
  });
  await run(python, ['-m', 'pip', 'install', '--quiet', '--editable', `${PYTHON_CLIENT}[test]`]);
  await mkdir(made);
  return python;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
