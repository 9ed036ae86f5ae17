import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { pdfResources } from './pdf-resources.ts';

/** In development (`npm run dev -w @mooring/web`) the API answers from a running `mooring serve`. */
const server = process.env.MOORING_URL ?? 'http://127.0.0.1:7070';
const proxied = { target: server, changeOrigin: false };

export default defineConfig({
  plugins: [react(), tailwindcss(), pdfResources()],
  resolve: {
    alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) },
  },
  server: {
    proxy: { '/v1': proxied, '/relay': proxied, '/link': proxied, '/health': proxied, '/ready': proxied },
  },
  // Nothing is inlined into the page, so that its content-security policy can forbid inline scripts. The folder has
  // another name than Vite's own: /assets is a page.
  build: {
    assetsDir: 'static',
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    // What changes seldom is kept apart from what changes with each version; what most pages share comes at once.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'react',
              test: /node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]|preload-helper/,
            },
            { name: 'contract', test: /node_modules[\\/]zod[\\/]|packages[\\/](contract|sdk)[\\/]/ },
            // Several viewers share it, and no page needs it before one of them does.
            { name: 'probe', test: /packages[\\/]probe[\\/]|node_modules[\\/]fflate[\\/]/ },
            { name: 'shared', minShareCount: 3, test: id => !/pages[\\/]asset[\\/]/.test(id) },
          ],
        },
      },
    },
  },
});
