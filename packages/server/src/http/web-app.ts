import { relative, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { appPolicy } from './security-headers.ts';

/** The folder whose files' names hold a hash of their content; see the web app's vite.config.ts. */
const HASHED = `static${sep}`;

/** The built web app: its files, which anybody may read; they hold no data. */
export function registerWebApp(
  app: FastifyInstance,
  { webDir, plainHttp }: { webDir: string; plainHttp: boolean },
): void {
  const policy = appPolicy({ plainHttp });
  app.register(fastifyStatic, {
    root: webDir,
    cacheControl: false,
    setHeaders: (reply, path) => {
      reply.header('content-security-policy', policy);
      reply.header(
        'cache-control',
        relative(webDir, path).startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
}
