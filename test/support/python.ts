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
const VERSIONS = join(PYTHON_CLIENT, 'constraints.txt');
const CONSTRAINTS = ['--constraint', VERSIONS];
/** As people install them; pinned, because their protocols are theirs to change. */
const OTHER_CLIENTS = ['encord==0.1.211', 'darwin-py==3.6.3'];

/** @returns the interpreter of a Python with the Python client, from source, and the packages that its tests need */
export async function pythonWithClient(): Promise<string> {
  const project = await readFile(join(PYTHON_CLIENT, 'pyproject.toml'), 'utf8');
  return pythonWith([...CONSTRAINTS, '--editable', `${PYTHON_CLIENT}[test]`], project);
}

/** @returns the interpreter of a Python with what is made from the description of an API: a tester and a client */
export const pythonWithApiTools = (): Promise<string> =>
  pythonWith([...CONSTRAINTS, 'schemathesis', 'openapi-python-client']);

/** @returns the interpreter of a Python with the clients of other platforms */
export const pythonWithOtherClients = (): Promise<string> => pythonWith(OTHER_CLIENTS);

/** @returns the interpreter of a Python with Label Studio, which takes minutes to install */
export const pythonWithLabelStudio = (): Promise<string> => pythonWith(['label-studio==1.23.2']);

/** @returns the interpreter of a Python with moto, a server that speaks as AWS does */
export async function pythonWithMoto(): Promise<string> {
  const versions = fileURLToPath(new URL('moto.txt', import.meta.url));
  return pythonWith(['--requirement', versions], await readFile(versions, 'utf8'));
}

/**
 * Makes an environment once, and again when what it is made of changes.
 * @param packages as pip takes them
 * @param contents what else decides what is installed
 * @throws Error where it cannot be made, with what pip says
 */
async function pythonWith(packages: string[], contents = ''): Promise<string> {
  const name = createHash('sha256')
    .update(JSON.stringify([packages, contents, await readFile(VERSIONS, 'utf8')]))
    .digest('hex')
    .slice(0, 16);
  const directory = join(CACHE, name);
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
  await run(python, ['-m', 'pip', 'install', '--quiet', ...packages]);
  await mkdir(made);
  return python;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
