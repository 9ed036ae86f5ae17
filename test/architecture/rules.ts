import type { Import } from './imports.ts';

/** Which workspaces of ours each workspace may import. */
const WORKSPACES: Record<string, string[]> = {
  'packages/contract': [],
  'packages/sdk': ['@mooring/contract'],
  'packages/storage': ['@mooring/contract'],
  'packages/azure': ['@mooring/contract', '@mooring/storage'],
  'packages/server': ['@mooring/contract', '@mooring/storage', '@mooring/azure'],
  'packages/cli': ['@mooring/contract', '@mooring/sdk', '@mooring/server'],
  'packages/web': ['@mooring/contract', '@mooring/sdk'],
  emulators: ['@mooring/contract', '@mooring/sdk'],
  test: ['@mooring/contract', '@mooring/sdk', '@mooring/emulators'],
};

/** Commands that are the server rather than a client of it. */
const SERVER_COMMANDS = 'packages/cli/src/commands/server/';

/** The folders of the server: each may import those before it, main.ts all of them, and the worker's entry main.ts. */
export const SERVER_MODULES = [
  'platform',
  'listing',
  'catalogue',
  'operations',
  'webhooks',
  'connections',
  'sync',
  'delivery',
  'access',
  'http',
  'processes',
  'main.ts',
  'worker-process.ts',
];

const isTest = (path: string) => /\.test\.tsx?$|\/testing[^/]*\.ts$|test-setup/.test(path);

/** What is wrong with an import; null when nothing is. */
export function wrongWith({ from, to }: Import): string | null {
  const workspace = Object.keys(WORKSPACES).find(name => from.startsWith(`${name}/`));
  if (!workspace) return null; // scripts and benchmarks may use anything

  const ours = /^@mooring\/[\w-]+/.exec(to)?.[0];
  if (ours) {
    if (isTest(from) && ours === '@mooring/emulators') return null;
    if (!WORKSPACES[workspace]!.includes(ours)) return `${workspace} may not import ${ours}`;
    if (ours === '@mooring/server' && workspace === 'packages/cli' && !from.startsWith(SERVER_COMMANDS))
      return 'only the commands that are the server may import it';
    return null;
  }
  const intoRepository = /^(packages\/|emulators\/|test\/|scripts\/|bench\/|\.\.)/.test(to);
  if (!intoRepository) return null;
  if (!to.startsWith(`${workspace}/`))
    return `it reaches out of ${workspace}; import the package by its name`;
  return workspace === 'packages/server' && !isTest(from) ? wrongOrder(from, to) : null;
}

function wrongOrder(from: string, to: string): string | null {
  const moduleOf = (path: string) => path.split('/')[3] ?? '';
  const [importer, imported] = [moduleOf(from), moduleOf(to)];
  const order = SERVER_MODULES.indexOf(importer) - SERVER_MODULES.indexOf(imported);
  if (!SERVER_MODULES.includes(importer)) return `${importer} is none of the server's folders`;
  return order >= 0 ? null : `${importer} stands before ${imported}`;
}
