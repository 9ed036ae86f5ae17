// The Python client against an installation, with the storage on another origin: its own tests, its types, its package.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Storage, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../support/connect.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { PYTHON_CLIENT, pythonWithClient } from '../support/python.ts';
import { sync } from '../support/sync.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const run = promisify(execFile);
const file = (path: string) => readFile(fileURLToPath(new URL(`../../${path}`, import.meta.url)));

let python: string;
let storage: Storage;
let mooring: Mooring;
let environment: Record<string, string>;

beforeAll(async () => {
  [python, storage] = await Promise.all([pythonWithClient(), startStorage()]);
  mooring = await startMooring(storage, { MOORING_SIGN_WINDOW_SECONDS: '10' });
  environment = {
    PATH: process.env.PATH ?? '',
    HOME: mooring.home,
    MOORING_URL: mooring.url,
    MOORING_TOKEN: mooring.token,
    SSL_CERT_FILE: storage.certificates.caFile,
    MOORING_TEST_STAGE: JSON.stringify(await fill()),
  };
});
afterAll(async () => {
  await mooring?.stop();
  await storage?.stop();
});

/** Puts objects into the storage and syncs them. @returns what the Python tests are told of them */
async function fill() {
  const chart = await file('emulators/media/chart.png');
  const objects: Record<string, string | Buffer> = {
    'letters.txt': 'abcdefghijklmnopqrstuvwxyz',
    'a/b/c/deep.txt': 'deep',
    'names/#hash ?question %percent "quoted" *star é 😀.txt': 'named',
    'names/[1].txt': 'one',
    'tables/people.csv': 'name,age\nAda,36\nGrace,85\n',
    'tables/numbers.parquet': await file('packages/probe/samples/docs/table.parquet'),
    'tables/large.bin': Buffer.alloc(3_000_000, 'Mooring '),
    'pictures/chart.png': chart,
    'pictures/copy.png': chart,
  };
  for (const [key, body] of Object.entries(objects)) await storage.put({ key, body });
  await storage.put({ key: 'gone.txt', body: 'gone' });
  const { connection, source } = await connect(mooring.client, storage);
  await sync(mooring.client, source.id);
  await storage.remove('gone.txt');
  await sync(mooring.client, source.id);
  const addSource = async (container: string) => {
    const body = { connectionId: connection.id, container, probes: false };
    const { id } = await mooring.client.call('createSource', { body });
    return { id, operation: await sync(mooring.client, id) };
  };
  const absent = await addSource('absent');
  expect(absent.operation.status).toBe('failed');
  await storage.createContainer('other');
  await storage.put({ container: 'other', key: 'lost.txt', body: 'lost' });
  const other = await addSource('other');
  await storage.remove('lost.txt', 'other'); // and no sync says so
  const folder = await mooring.client.call('getFolder', { params: { folderId: source.folderId } });
  return {
    ...{ sourceId: source.id, top: folder.name, gone: 'gone.txt', failedOperationId: absent.operation.id },
    otherSourceId: other.id,
    objects: Object.fromEntries(
      Object.entries(objects).map(([key, body]) => [key, createHash('sha256').update(body).digest('hex')]),
    ),
  };
}

test('its own tests pass', async () => {
  await inPython('-m', 'pytest', '--quiet', '-p', 'no:cacheprovider');
});

test('it is typed without exception', async () => {
  await inPython('-m', 'mypy', '--cache-dir=/dev/null');
});

test('it builds a package that holds all of it', async () => {
  const folder = await temporaryDirectory('wheel');
  await inPython('-m', 'build', '--wheel', '--no-isolation', '--outdir', folder.path);
  const [wheel] = await readdir(folder.path);
  const { stdout } = await inPython('-m', 'zipfile', '--list', join(folder.path, wheel!));
  for (const name of ['mooring/py.typed', 'mooring/fs.py', 'entry_points.txt'])
    expect(stdout).toContain(name);
  await folder.remove();
});

/** Runs Python in the folder of the client. @throws Error with all that it printed where it fails */
const inPython = (...args: string[]) =>
  run(python, args, { cwd: PYTHON_CLIENT, env: environment, maxBuffer: 2 ** 24 }).catch(error => {
    throw new Error(`python ${args.join(' ')} failed:\n${error.stdout}${error.stderr}`);
  });
