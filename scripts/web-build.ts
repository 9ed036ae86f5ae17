import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const web = `${root}packages/web`;
const SOURCES = [
  'packages/web/{src,public}/**',
  'packages/web/*.{html,json,ts}',
  'packages/!(cli|server|web)/src/**',
  'package-lock.json',
];

/**
 * Builds the web app if its sources have changed since it was last built. What the build prints goes to stderr.
 * @returns the folder with the built app.
 */
export async function buildWeb(): Promise<string> {
  const dist = `${web}/dist`;
  const stamp = `${dist}/.sources`;
  const sources = await hashOfSources();
  const built = await readFile(stamp, 'utf8').catch(() => null);
  if (built === sources) return dist;

  console.error('Building the web app.');
  const vite = spawn('vite', ['build', '--logLevel', 'warn'], {
    cwd: web,
    stdio: ['ignore', 2, 2],
  });
  const [code] = await once(vite, 'exit');
  if (code !== 0) throw new Error(`The web app did not build: vite ended with ${code}.`);
  await writeFile(stamp, sources);
  return dist;
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  const entries = SOURCES.flatMap(pattern => globSync(pattern, { cwd: root, withFileTypes: true }));
  const files = entries.filter(entry => entry.isFile()).map(entry => `${entry.parentPath}/${entry.name}`);
  for (const file of [...new Set(files)].sort())
    hash.update(file.slice(root.length)).update(await readFile(file));
  return hash.digest('hex');
}
