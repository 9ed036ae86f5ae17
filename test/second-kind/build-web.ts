// Builds the web app into a folder, with the registration of this folder in the place of its own:
// `node build-web.ts FOLDER`.
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

await build({
  root: path('../../packages/web'),
  logLevel: 'warn',
  resolve: { alias: [{ find: '@/kinds.ts', replacement: path('registrations/web.ts') }] },
  build: { outDir: process.argv[2]!, emptyOutDir: true },
});
