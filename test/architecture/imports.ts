import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One import: from a file to a file of the repository, both as paths from its root, or to a package. */
export interface Import {
  from: string;
  to: string;
}

const IMPORTS = [
  /\b(?:import|export)\s+(?:type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?['"]([^'"]+)['"]/g,
  /\bimport\(\s*['"]([^'"]+)['"]/g,
];

/** What a file imports or exports from elsewhere, statically and dynamically; as written. */
export const specifiersIn = (source: string): string[] =>
  IMPORTS.flatMap(pattern => [...source.matchAll(pattern)].map(match => match[1]!));

/** Every import in the TypeScript files of the repository. */
export async function readImports(): Promise<Import[]> {
  const files = globSync('{packages/*,emulators,test,scripts,bench,faults,hostile}/**/*.{ts,tsx}', {
    cwd: root,
    exclude: path => /node_modules|\/dist(\/|$)/.test(path),
  });
  const imports = files.map(async from => {
    const source = await readFile(join(root, from), 'utf8');
    return specifiersIn(source).map(specifier => ({ from, to: resolve(from, specifier) }));
  });
  return (await Promise.all(imports)).flat();
}

function resolve(from: string, specifier: string): string {
  if (specifier.startsWith('@/')) return `packages/web/src/${specifier.slice(2)}`;
  return specifier.startsWith('.') ? relative('.', normalize(join(dirname(from), specifier))) : specifier;
}
