import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Names of storage services, and terms that only one of them uses. */
const TERMS =
  /\b(azure|azurite|entra|aadsts\w*|sas(?:token)?|tenants?|blobs?(?! ?\()|bicep|event ?grid|managed.?identit\w+|service principal|user.?delegation|az (?:ad|storage|role)|s3|gcs|aws|google cloud)\b/i;

/** What browsers call their own, and what no reader takes for a service. */
const INNOCENT = /new Blob\(|instanceof Blob|\.blob\(\)|[:=] Blob\b|blob:|<Blob>/g;

/** Files outside the kinds' packages that may name a service: they register it, or keep what installations hold. */
const ALLOWED = [
  // Secrets of all services are kept out of logs, from every source.
  'packages/server/src/platform/redact.ts',
  'packages/server/src/kinds.ts',
  'packages/server/src/kind-settings.ts',
  // What other platforms call the storage kinds.
  'packages/server/src/http/compat/encord/storage-locations.ts',
  'packages/server/src/http/compat/v7/storage-providers.ts',
  'packages/web/src/kinds.ts',
  'packages/cli/src/kinds.ts',
];
/** Migrations are history: they are never changed. */
const HISTORY = 'packages/server/src/catalogue/migrations/';

test('only the storage kinds name a storage service or its terms', async () => {
  const files = globSync('packages/{contract,manifest,storage,server,sdk,cli,web}/src/**/*.{ts,tsx}', {
    cwd: root,
  })
    .filter(path => !/\.test\.tsx?$|\/testing|\/conformance\/|\/memory\//.test(path))
    .filter(path => !path.startsWith(HISTORY) && !ALLOWED.includes(path));
  expect(files.length).toBeGreaterThan(300);
  const named = await Promise.all(
    files.map(async path => {
      const text = (await readFile(root + path, 'utf8')).replace(INNOCENT, '').replace(/https:\/\/\S+/g, '');
      const lines = text
        .split('\n')
        .flatMap((line, at) => (TERMS.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : []));
      return lines.slice(0, 3);
    }),
  );
  expect(named.flat()).toEqual([]);
});
