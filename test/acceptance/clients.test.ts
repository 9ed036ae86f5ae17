// The clients of other platforms, as people install them, against Mooring in the place of those platforms.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Storage, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withApp } from '../support/connect.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { pythonWithOtherClients } from '../support/python.ts';

const run = promisify(execFile);
const program = (name: string): string => fileURLToPath(new URL(`../clients/${name}`, import.meta.url));

let python: string;
let storage: Storage;
let mooring: Mooring;
let keyFile: string;

beforeAll(async () => {
  [python, storage] = await Promise.all([pythonWithOtherClients(), startStorage()]);
  await Promise.all(
    ['jpg', 'mp4', 'pdf'].flatMap(type =>
      Array.from({ length: 4 }, (_, at) =>
        storage.put({ key: `photos/${at}.${type}`, body: `${type} ${at}` }),
      ),
    ),
  );
  mooring = await startMooring(storage);
  await mooring.client.call('createConnection', { body: { ...withApp(storage), name: 'Acme' } });
  keyFile = join(mooring.home, 'id_ed25519');
  const { stdout: publicKey } = await run(python, [program('make-key.py'), keyFile]);
  await writeFile(`${keyFile}.pub`, publicKey);
});
afterAll(async () => {
  await mooring?.stop();
  await storage?.stop();
});

const urlOf = (name: string): string => `${storage.endpoint}/${storage.container}/photos/${name}`;

/** Runs a program in the home of the person; what it says about itself it reads from the environment. */
async function runPython(args: string[], environment: Record<string, string> = {}): Promise<string> {
  const { stdout } = await run(python, args, {
    cwd: mooring.home,
    env: {
      ...{
        PATH: process.env.PATH,
        HOME: mooring.home,
        MOORING_URL: mooring.url,
        MOORING_TOKEN: mooring.token,
      },
      ...{ KEY_FILE: keyFile, REQUESTS_CA_BUNDLE: storage.certificates.caFile, ...environment },
    },
    maxBuffer: 16 * 1024 * 1024,
  }).catch((error: Error & { stderr: string }) => {
    throw new Error(`${args.join(' ')}: ${error.stderr}`);
  });
  return stdout;
}

test('a script of Encord’s documentation runs to its end with a key that the command line registers', async () => {
  const added = await mooring.cli.json(['ssh-key', 'add', `${keyFile}.pub`]);
  expect(added).toMatchObject({ name: 'ada@example.org', lastUsedAt: null });
  const list = {
    images: [{ objectUrl: urlOf('0.jpg'), clientMetadata: { room: 1 } }, { objectUrl: urlOf('none.jpg') }],
    videos: [{ objectUrl: urlOf('0.mp4'), title: 'The first' }],
  };
  await writeFile(join(mooring.home, 'list.json'), JSON.stringify(list));
  const script = (await readFile(program('encord-script.py'), 'utf8'))
    .replaceAll('<private_key_path>', keyFile)
    .replace('<domain>', mooring.url)
    .replace('<integration_title>', 'Acme')
    .replace('<folder_name>', 'From a script')
    .replace('path/to/json/file.json', 'list.json')
    .replace('timeout_seconds=5', 'timeout_seconds=300'); // a slow machine
  await writeFile(join(mooring.home, 'script.py'), script);
  const printed = await runPython(['script.py']);
  expect(printed).toContain('Upload completed');
  expect(printed).toContain(`The following URLs failed to upload:\n['${urlOf('none.jpg')}']`);
  const { items } = await mooring.client.call('listAssets', { query: { name: 'photos' } });
  expect(items.map(({ title, name, clientMetadata }) => [title ?? name, clientMetadata])).toEqual([
    ['0.jpg', { room: 1 }],
    ['The first', null],
  ]);
});

test('Encord’s client makes, finds, opens and describes', async () => {
  const stage = {
    ...{ images: ['1.jpg', '2.jpg'].map(urlOf), videos: [urlOf('1.mp4')], pdfs: [urlOf('1.pdf')] },
    ...{ missing: urlOf('none.jpg'), folder: urlOf('') },
  };
  const said = await runPython([program('encord-calls.py')], { STAGE: JSON.stringify(stage) });
  const refused = (kind: string, text: string) => [kind, expect.stringContaining(text)];
  expect(JSON.parse(said)).toEqual({
    folder: ['Calls', 'What calls make', { team: 'vision' }, null],
    inner: [true, ['Inner']],
    found: ['Calls'],
    job: ['DONE', 4, ['1.jpg', '1.mp4', '1.pdf', '2.jpg']],
    summary: [4, 2, 1, 1, 1],
    items: [
      ...[
        ['1.jpg', 'image'],
        ['1.mp4', 'video'],
        ['1.pdf', 'pdf'],
        ['2.jpg', 'image'],
      ],
    ],
    opened: 'jpg 1',
    videos: ['1.mp4'],
    bulk: [true, true, true, true],
    described: ['Renamed', { seen: true }],
    changed: 'Changed',
    failed: [
      'ERROR',
      [expect.stringContaining('1 of 1 items cannot be registered'), expect.stringContaining('none.jpg')],
      [[stage.missing]],
    ],
    polls: ['DONE', 'DONE'],
    cancelled: 0,
    synced: [true, 'DONE', 12, 12],
    dataset: [['Data'], 'Data', 'In a set'],
    rows: [['In a set', 'IMAGE', 'AZURE']],
    errors: {
      unknown: refused('ResourceNotFoundError', 'not found'),
      kind: refused('ResourceNotFoundError', 'not found'),
      delete: refused('ResourceExistsError', 'an asset goes when its object goes'),
      'not answered': refused('InvalidArgumentsError', 'Mooring does not answer this call'),
      folder: refused('ResourceExistsError', '“Calls” holds assets'),
      token: refused('AuthenticationError', 'This token is unknown'),
    },
  });
});

test('V7’s client registers, and finds what it registered', async () => {
  const said = JSON.parse(
    await runPython([program('darwin-calls.py')], {
      DARWIN_BASE_URL: mooring.url,
      STAGE: JSON.stringify({ container: storage.container }),
    }),
  );
  expect(said).toEqual({
    storage: ['Acme', storage.container, 'azure', false],
    dataset: ['Street scenes', 'street-scenes', true],
    registered: ['Item 3.jpg registered', 'Item 3.mp4 registered'],
    blocked: [expect.stringMatching(/^Item none.jpg was blocked for the reason: There is no object/)],
    again: [true, []],
    slots: [[], [expect.stringContaining('Item both was blocked')]],
    found: ['Street scenes', 2],
    files: [
      ['3.jpg', '/photos', 5, 'new'],
      ['3.mp4', '/photos', 5, 'new'],
    ],
    named: ['3.mp4'],
    readonly: [['ready.jpg', 'film.mp4'], []],
    errors: {
      token: ['InvalidLogin', expect.anything()],
      dataset: ['NotFound', expect.anything()],
      storage: ['ValueError', expect.anything()],
      empty: ['ValidationError', expect.stringContaining('storage_slug')],
    },
  });
});
