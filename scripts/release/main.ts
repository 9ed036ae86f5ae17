// `npm run release`: builds the packages that are published, looks at them with publint, publishes them and makes the
// tag. `npm run release -- --dry-run --out DIR` only writes their tarballs; names of packages limit it to those.
import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { buildLibrary } from './library.ts';
import type { Manifest } from './manifest.ts';
import { buildProduct } from './product.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** In the order in which they are built and published: the SDK reads the types of the contract. */
const PACKAGES: Record<string, () => Promise<string>> = {
  contract: () => buildLibrary('contract'),
  sdk: () => buildLibrary('sdk'),
  mooring: buildProduct,
};
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'dry-run': { type: 'boolean', default: false },
    out: { type: 'string', default: 'dist/release' },
  },
});
const out = resolve(values.out);

const { version } = await manifestOf(root);
const tag = `v${version}`;
if (!values['dry-run']) await refuseUnready();
const unknown = positionals.filter(name => !PACKAGES[name]);
if (unknown.length > 0)
  throw new Error(
    `There is no package ${unknown.join(', ')}. There are: ${Object.keys(PACKAGES).join(', ')}.`,
  );
await mkdir(out, { recursive: true });
const tarballs: string[] = [];
for (const [name, build] of Object.entries(PACKAGES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const folder = await build();
  await judge(folder);
  tarballs.push(await pack(folder));
}
if (!values['dry-run']) {
  for (const tarball of tarballs) await run('npm', ['publish', '--access', 'public', tarball]);
  await run('git', ['tag', '--annotate', tag, '--message', `Mooring ${version}`]);
  console.error(`Published. Push the tag: git push origin ${tag}`);
}

/** A release is what a commit says, described in the changelog, and made once. */
async function refuseUnready(): Promise<void> {
  const changelog = await readFile(`${root}CHANGELOG.md`, 'utf8');
  if (!changelog.includes(`\n## ${version} `))
    throw new Error(`CHANGELOG.md has no section “## ${version} – DATE”: rename “Unreleased”.`);
  if (await run('git', ['status', '--porcelain']))
    throw new Error('There are changes that are not committed: commit them, or put them away.');
  if (await run('git', ['tag', '--list', tag]))
    throw new Error(`The tag ${tag} exists: give all package.json a new version.`);
}

/** @throws Error with all that publint finds, suggestions too */
async function judge(folder: string): Promise<void> {
  const { messages } = await publint({ pkgDir: folder, level: 'suggestion', strict: true });
  if (messages.length === 0) return;
  const manifest = await manifestOf(folder);
  throw new Error(
    messages.map(message => `${manifest.name}: ${formatMessage(message, manifest)}`).join('\n'),
  );
}

/** @returns the path of the tarball */
async function pack(folder: string): Promise<string> {
  const answer = await run('npm', ['pack', '--json', '--pack-destination', out, folder]);
  const [{ filename, size, entryCount }] = Object.values(JSON.parse(answer)) as [
    { filename: string; size: number; entryCount: number },
  ];
  console.log(`${out}/${filename}`);
  console.error(`  ${(size / 2 ** 20).toFixed(1)} MB, ${entryCount} files`);
  return `${out}/${filename}`;
}

async function manifestOf(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(resolve(folder, 'package.json'), 'utf8')) as Manifest;
}

async function run(command: string, args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd: root, maxBuffer: 64 * 2 ** 20 });
  return stdout;
}
