// Writes docs/reference/openapi.json from the contract and the storage kinds.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createOpenApi } from '../packages/contract/src/openapi.ts';
import { STORAGE_KINDS } from '../packages/server/src/kinds.ts';

const root = new URL('../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('packages/contract/package.json', root), 'utf8'));
mkdirSync(new URL('docs/reference/', root), { recursive: true });
writeFileSync(
  new URL('docs/reference/openapi.json', root),
  `${JSON.stringify(createOpenApi({ version, kinds: STORAGE_KINDS.map(({ kind }) => kind.api) }), null, 2)}\n`,
);
