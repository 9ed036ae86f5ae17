import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { succeeds } from '../process.ts';
import { type Manifest, runnableExports } from './manifest.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What is published of a manifest: its entrances lead to the JavaScript and its types. */
function publishedManifest({ scripts, devDependencies, exports, ...manifest }: Manifest): Manifest {
  return {
    ...manifest,
    engines: { node: '>=20' },
    sideEffects: false,
    exports: runnableExports(exports, '.', file => ({ types: `${file}.d.ts`, import: `${file}.js` })),
  };
}

/**
 * Builds one package to JavaScript with types, into its `dist`, which `npm pack` and `npm publish` take as it is.
 * @returns that folder
 */
export async function buildLibrary(name: string): Promise<string> {
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
  return dist;
}
