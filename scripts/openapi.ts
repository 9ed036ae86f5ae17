// Writes docs/reference/openapi.json from the contract.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createOpenApi } from '../packages/contract/src/openapi.ts';

const root = new URL('../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('packages/contract/package.json', root), 'utf8'));
mkdirSync(new URL('docs/reference/', root), { recursive: true });
writeFileSync(
  new URL('docs/reference/openapi.json', root),
  `${JSON.stringify(createOpenApi({ version }), null, 2)}\n`,
);
