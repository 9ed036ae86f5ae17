import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { succeeds } from '../process.ts';
import { buildWeb } from '../web-build.ts';
import { type Manifest, runnableExports } from './manifest.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = `${root}packages/cli`;
const dist = `${cli}/dist`;
const internals = `${dist}/node_modules/@mooring`;
const README = `${cli}/README.md`;

/** Entrances that only tests use. */
const FOR_TESTS = /conformance|memory|testing/;
/** Files that run as processes and threads of their own, so that nothing imports them. */
const PROCESSES = [
  'azure/src/server/listing/xml-thread.ts',
  'probe/src/node/worker.ts',
  'server/src/worker-process.ts',
  'server/src/sync/inventory/report-process.ts',
  'server/src/thumbnails/maker/maker-process.ts',
];
/** What the Azure SDK and undici ask for, and this repository's own tests: README.md says the same. */
const ENGINES = { node: '>=22.19' };

/**
 * Builds the package `mooring`: the command line with server, web app and all packages of this repository that they
 * need, as JavaScript. Those packages lie in its `node_modules`, as `bundleDependencies`.
 * @returns the folder that `npm pack` and `npm publish` take as it is
 */
export async function buildProduct(): Promise<string> {
  await rm(dist, { recursive: true, force: true });
  const product = await readManifest('cli');
  const internal = new Map<string, Manifest>();
  await findInternal(product, internal);
  await compile(internal);
  await rename(`${internals}/cli/src`, `${dist}/src`);
  await rm(`${internals}/cli`, { recursive: true });
  for (const [name, manifest] of internal)
    await writeJson(`${internals}/${name}/package.json`, internalManifest(manifest));
  await addWebApp(product.version);
  await writeJson(`${dist}/package.json`, productManifest(product, internal));
  await cp(`${root}LICENSE`, `${dist}/LICENSE`);
  await cp(README, `${dist}/README.md`);
  return dist;
}

/** Finds the packages of this repository that a package needs, by their folders. */
async function findInternal({ dependencies = {} }: Manifest, found: Map<string, Manifest>): Promise<void> {
  for (const dependency of Object.keys(dependencies)) {
    const [, name] = /^@mooring\/(.+)$/.exec(dependency) ?? [];
    if (!name || found.has(name)) continue;
    const manifest = await readManifest(name);
    found.set(name, manifest);
    await findInternal(manifest, found);
  }
}

/** Compiles what the entrances reach, and so no tests. */
async function compile(internal: Map<string, Manifest>): Promise<void> {
  const entrances = [...internal].flatMap(([name, manifest]) =>
    Object.entries(runtimeExports(manifest)).map(([entrance, source]) => ({
      specifier: join('@mooring', name, entrance),
      file: join('../..', name, source),
    })),
  );
  await mkdir(dist, { recursive: true });
  await writeJson(`${dist}/tsconfig.json`, {
    extends: '../../../tsconfig.json',
    compilerOptions: {
      noEmit: false,
      noCheck: true, // `npm run check` does
      rewriteRelativeImportExtensions: true,
      rootDir: '../..',
      outDir: 'node_modules/@mooring',
      // What is imported out of node_modules is not compiled.
      paths: Object.fromEntries(entrances.map(({ specifier, file }) => [specifier, [file]])),
    },
    include: [],
    files: [
      ...['cli/src/main.ts', ...PROCESSES].map(file => `../../${file}`),
      ...entrances.map(({ file }) => file),
    ],
  });
  if (!(await succeeds('tsc', ['-p', `${dist}/tsconfig.json`])))
    throw new Error('The package mooring did not build; the messages of tsc are above.');
  await rm(`${dist}/tsconfig.json`);
}

/** The server finds the web app beside itself, as in the repository. */
async function addWebApp(version: string): Promise<void> {
  const built = await buildWeb();
  await cp(built, `${internals}/web/dist`, {
    recursive: true,
    filter: path => !path.endsWith('/.sources'),
  });
  await writeJson(`${internals}/web/package.json`, { name: '@mooring/web', version, license: 'Apache-2.0' });
}

const runtimeExports = ({ exports }: Manifest): Manifest['exports'] =>
  Object.fromEntries(Object.entries(exports).filter(([entrance]) => !FOR_TESTS.test(entrance)));

/** Its dependencies are those of the product. */
const internalManifest = (manifest: Manifest): object => {
  const { name, version, license, type } = manifest;
  const exports = runnableExports(runtimeExports(manifest), './src', file => `${file}.js`);
  return { name, version, license, type, exports };
};

function productManifest(product: Manifest, internal: Map<string, Manifest>): object {
  const { version, license, type } = product;
  const all = [product, ...internal.values()];
  const bundled = [...internal.keys(), 'web'].map(name => `@mooring/${name}`);
  return {
    name: 'mooring',
    version,
    description:
      "Connects a team's private cloud storage to the tools that annotate and train on it, without copying the data.",
    keywords: ['annotation', 'dataset', 'azure-blob-storage', 'self-hosted', 'dicom', 'signed-urls'],
    license,
    type,
    engines: ENGINES,
    bin: { mooring: 'src/main.js' },
    exports: {},
    dependencies: {
      ...foreign(all.map(({ dependencies = {} }) => dependencies)),
      ...Object.fromEntries(bundled.map(name => [name, version])),
    },
    optionalDependencies: foreign(all.map(({ optionalDependencies = {} }) => optionalDependencies)),
    bundleDependencies: bundled,
  };
}

/** What comes from the registry. @throws Error where two packages ask for different versions */
function foreign(lists: Record<string, string>[]): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const [name, version] of lists.flatMap(list => Object.entries(list))) {
    if (name.startsWith('@mooring/')) continue;
    merged[name] ??= version;
    if (merged[name] !== version)
      throw new Error(
        `Two packages need ${name}, one in version ${merged[name]} and one in ${version}: give both the same.`,
      );
  }
  return Object.fromEntries(Object.entries(merged).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const readManifest = async (name: string): Promise<Manifest> =>
  JSON.parse(await readFile(`${root}packages/${name}/package.json`, 'utf8')) as Manifest;
const writeJson = (file: string, value: object): Promise<void> =>
  writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
