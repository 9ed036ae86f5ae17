import type { Import } from './imports.ts';

/** Which workspaces of ours each workspace may import. */
const WORKSPACES: Record<string, string[]> = {
  'packages/contract': [],
  'packages/sdk': ['@mooring/contract'],
  'packages/storage': ['@mooring/contract'],
  'packages/azure': ['@mooring/contract', '@mooring/storage'],
  'packages/s3': ['@mooring/contract', '@mooring/storage'],
  'packages/direct': ['@mooring/contract', '@mooring/storage'],
  'packages/probe': ['@mooring/contract'],
  'packages/manifest': ['@mooring/contract'],
  'packages/server': [
    '@mooring/contract',
    '@mooring/storage',
    '@mooring/azure',
    '@mooring/s3',
    '@mooring/direct',
    '@mooring/probe',
    '@mooring/manifest',
  ],
  'packages/cli': [
    '@mooring/contract',
    '@mooring/storage',
    '@mooring/azure',
    '@mooring/s3',
    '@mooring/direct',
    '@mooring/probe',
    '@mooring/manifest',
    '@mooring/sdk',
    '@mooring/server',
  ],
  'packages/web': [
    '@mooring/contract',
    '@mooring/storage',
    '@mooring/azure',
    '@mooring/s3',
    '@mooring/direct',
    '@mooring/probe',
    '@mooring/manifest',
    '@mooring/sdk',
  ],
  emulators: ['@mooring/contract', '@mooring/sdk'],
  'test/agreement': [
    '@mooring/contract',
    '@mooring/storage',
    '@mooring/azure',
    '@mooring/s3',
    '@mooring/emulators',
  ],
  test: [
    '@mooring/contract',
    '@mooring/storage',
    '@mooring/azure',
    '@mooring/s3',
    '@mooring/sdk',
    '@mooring/emulators',
  ],
  faults: ['@mooring/contract', '@mooring/sdk', '@mooring/emulators'],
  hostile: ['@mooring/contract', '@mooring/sdk', '@mooring/emulators'],
  bench: [
    '@mooring/contract',
    '@mooring/storage',
    '@mooring/azure',
    '@mooring/s3',
    '@mooring/probe',
    '@mooring/manifest',
    '@mooring/sdk',
    '@mooring/emulators',
  ],
};

/** What a workspace may import by its path, besides its own files. */
const REACHES: Record<string, RegExp> = {
  // Faults use only what is public: emulators, the SDK, the contract, and the support of the tests.
  faults: /^(test\/support\/|test\/e2e\/browser\.ts|scripts\/)/,
  // They ask form, command line and server the same.
  'test/agreement': /^packages\/(web|cli|server)\/src\//,
  // The causes of faults and the quick attacks are acceptance tests too.
  test: /^(faults|hostile)\//,
  // The hostile files of the probe's own tests are attacks too.
  hostile: /^packages\/probe\/src\/testing-hostile\.ts$/,
  // A benchmark measures the listing alone, without the server around it.
  bench: /^packages\/server\/src\/listing\//,
};

/** Commands that are the server rather than a client of it. */
const SERVER_COMMANDS = 'packages/cli/src/commands/server/';

/** Packages of storage kinds. */
export const KIND_PACKAGES = ['@mooring/azure', '@mooring/s3', '@mooring/direct'];

/** The only files outside the kinds' own packages, tests aside, that may import a kind: they register it. */
const REGISTRATIONS = /^packages\/(server|web|cli)\/src\/(kinds|kind-settings)\.ts$/;

/** The folders of the server: each may import those before it, main.ts all of them, and the worker's entry main.ts. */
export const SERVER_MODULES = [
  'kind-settings.ts',
  'kinds.ts',
  'platform',
  'listing',
  'catalogue',
  'audit',
  'keys',
  'operations',
  'webhooks',
  'connections',
  'sync',
  'probe',
  'registration',
  'curation',
  'delivery',
  'thumbnails',
  'exports',
  'access',
  'connectors',
  'installation',
  'http',
  'processes',
  'main.ts',
  'worker-process.ts',
];

/**
 * The rooms of a server's folder, and the rooms that each may import: none but those before it, so that there are no
 * cycles. Files beside the rooms put them together: they may import every room, and no room imports them.
 */
export const ROOMS: Record<string, Record<string, readonly string[]>> = {
  connections: {
    rows: [],
    identity: [],
    ownership: ['rows'],
    settings: ['rows', 'ownership'],
    opening: ['rows', 'ownership', 'settings'],
    checks: ['rows', 'ownership', 'opening'],
    life: ['rows', 'ownership', 'settings', 'opening', 'checks'],
  },
};

const isTest = (path: string) => /\.test\.tsx?$|\/testing[^/]*\.ts$|test-setup/.test(path);

/** What is wrong with an import; null when nothing is. */
export function wrongWith({ from, to }: Import): string | null {
  const workspace = Object.keys(WORKSPACES).find(name => from.startsWith(`${name}/`));
  if (!workspace) return null; // scripts start everything, so they may import everything

  const ours = /^@mooring\/[\w-]+/.exec(to)?.[0];
  if (ours) {
    if (isTest(from) && ours === '@mooring/emulators') return null;
    if (!WORKSPACES[workspace]!.includes(ours)) return `${workspace} may not import ${ours}`;
    if (ours === '@mooring/server' && workspace === 'packages/cli' && !from.startsWith(SERVER_COMMANDS))
      return 'only the commands that are the server may import it';
    if (KIND_PACKAGES.includes(ours) && !isTest(from) && !REGISTRATIONS.test(from))
      return from.startsWith('packages/') && !from.startsWith(ours.replace('@mooring', 'packages'))
        ? 'only the registrations may import a storage kind'
        : null;
    return null;
  }
  const intoRepository = /^(packages\/|emulators\/|test\/|scripts\/|bench\/|faults\/|hostile\/|\.\.)/.test(
    to,
  );
  if (!intoRepository) return null;
  if (REACHES[workspace]?.test(to)) return null;
  if (!to.startsWith(`${workspace}/`))
    return `it reaches out of ${workspace}; import the package by its name`;
  if (workspace !== 'packages/server' || isTest(from)) return null;
  return wrongOrder(from, to) ?? wrongRoom(from, to);
}

function wrongOrder(from: string, to: string): string | null {
  const moduleOf = (path: string) => path.split('/')[3] ?? '';
  const [importer, imported] = [moduleOf(from), moduleOf(to)];
  const order = SERVER_MODULES.indexOf(importer) - SERVER_MODULES.indexOf(imported);
  if (!SERVER_MODULES.includes(importer)) return `${importer} is none of the server's folders`;
  return order >= 0 ? null : `${importer} stands before ${imported}`;
}

function wrongRoom(from: string, to: string): string | null {
  const [, , , folder = '', room = ''] = from.split('/');
  const [, , , otherFolder, otherRoom = ''] = to.split('/');
  const rooms = ROOMS[folder];
  if (!rooms || folder !== otherFolder) return null;
  const isFile = room.endsWith('.ts');
  if (isFile || room === otherRoom) return null;
  const allowed = rooms[room];
  if (!allowed) return `${folder}/${room} is none of the rooms of ${folder}`;
  return allowed.includes(otherRoom) ? null : `${folder}/${room} may not import ${folder}/${otherRoom}`;
}
