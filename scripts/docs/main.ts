// `npm run docs`: builds the documents into dist/docs, a site of plain files, and fails where a link or an anchor is
// dead. `-- --serve` then serves it; `--root` and `--out` take other folders.
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { layOut } from './layout.ts';
import { deadLinks } from './links.ts';
import { readNavigation } from './navigation.ts';
import { addressOf, readPage } from './page.ts';
import { searchIndex } from './search-index.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    root: { type: 'string', default: repository },
    out: { type: 'string', default: join(repository, 'dist/docs') },
    serve: { type: 'boolean', default: false },
  },
});
const [root, out] = [resolve(values.root), resolve(values.out)];

const navigation = readNavigation(root);
const paths = navigation.flatMap(section => section.paths);
const pages = new Map(paths.map(path => [path, readPage(root, path)]));
const dead = deadLinks(root, pages);

await rm(out, { recursive: true, force: true });
await copyAssets();
for (const page of pages.values()) await write(addressOf(page.path), layOut(page, pages, navigation));
await write('site/search-index.js', `window.searchIndex = ${JSON.stringify(searchIndex(pages.values()))};`);

for (const line of dead) console.error(`✗ ${line}`);
console.log(`${pages.size} pages in ${out}; dead links: ${dead.length}.`);
if (dead.length > 0) process.exit(1);
if (values.serve)
  spawn('vite', ['preview', '--outDir', out, '--host', '127.0.0.1', '--port', '7080'], { stdio: 'inherit' });

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(out, path)), { recursive: true });
  await writeFile(join(out, path), text);
}

/** Whether a link leads to a file of the repository: a dead one does not. */
function isFile(path: string): boolean {
  return !path.startsWith('..') && statSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true;
}

/** Copies what the layout needs, and the files that pages show or link to. */
async function copyAssets(): Promise<void> {
  const copy = (from: string, to: string) => cp(from, join(out, to), { recursive: true });
  const site = join(repository, 'scripts/docs');
  await copy(join(site, 'site.css'), 'site/site.css');
  await copy(join(site, 'site.js'), 'site/site.js');
  await copy(join(repository, 'packages/web/public/mark.svg'), 'site/mark.svg');
  await copy(
    fileURLToPath(new URL('../umd/index.js', import.meta.resolve('minisearch'))),
    'site/minisearch.js',
  );
  const links = [...pages.values()].flatMap(page => page.links);
  const linked = new Set(links.flatMap(({ path }) => (path === null || pages.has(path) ? [] : [path])));
  for (const path of linked) if (isFile(path)) await copy(join(root, path), path);
}
