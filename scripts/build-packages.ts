// `npm run build -w @mooring/sdk`: builds packages to JavaScript with types, each into a `dist` that `npm pack` and
// `npm publish` take as it is. Inside the repository everything runs from source.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { succeeds } from './process.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Manifest {
  exports: Record<string, string>;
  [field: string]: unknown;
}

/** What is published of a manifest: its entrances lead to the JavaScript and its types. */
function publishedManifest({ scripts, devDependencies, exports, ...manifest }: Manifest): Manifest {
  const built = Object.entries(exports).map(([entrance, source]) => {
    const file = source.replace(/^\.\/src\/(.*)\.ts$/, './$1');
    return [entrance, { types: `${file}.d.ts`, import: `${file}.js` }];
  });
  return { ...manifest, engines: { node: '>=20' }, sideEffects: false, exports: Object.fromEntries(built) };
}

async function build(name: string): Promise<void> {
  const folder = `${root}packages/${name}`;
  const dist = `${folder}/dist`;
  await rm(dist, { recursive: true, force: true });
  if (!(await succeeds('tsc', ['-p', `${folder}/tsconfig.build.json`])))
    throw new Error(`packages/${name} did not build; the messages of tsc are above.`);
  const manifest = JSON.parse(await readFile(`${folder}/package.json`, 'utf8')) as Manifest;
  await mkdir(dist, { recursive: true });
  await writeFile(`${dist}/package.json`, `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`);
  await cp(`${root}LICENSE`, `${dist}/LICENSE`);
  await cp(`${folder}/README.md`, `${dist}/README.md`);
}

for (const name of process.argv.slice(2)) await build(name);
