import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const manifest = createRequire(import.meta.url).resolve('pdfjs-dist/package.json');
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };

/**
 * Character maps, fonts and decoders that pdf.js asks for by name, when a PDF needs them. A build puts them beside the
 * app, in a folder that names their version, as files there never change.
 */
export const pdfResources = (): Plugin => ({
  name: 'pdf-resources',
  generateBundle() {
    const cwd = dirname(manifest);
    for (const path of globSync(['{cmaps,standard_fonts,iccs}/*', 'wasm/*.{wasm,js}'], { cwd })) {
      const fileName = `static/pdfjs-${version}/${path}`;
      this.emitFile({ type: 'asset', fileName, source: readFileSync(join(cwd, path)) });
    }
  },
});
