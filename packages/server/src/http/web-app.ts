import { relative, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { appPolicy } from './security-headers.ts';

/** The folder whose files' names hold a hash of their content; see the web app's vite.config.ts. */
const HASHED = `static${sep}`;

/** The built web app: its files, which anybody may read; they hold no data. */
export function registerWebApp(
  app: FastifyInstance,
  { webDir, plainHttp, publicUrl }: { webDir: string; plainHttp: boolean; publicUrl: string | null },
): void {
  app.register(fastifyStatic, {
    root: webDir,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const hosts = [reply.request.host, ...(publicUrl === null ? [] : [new URL(publicUrl).host])];
      reply.header('content-security-policy', appPolicy({ plainHttp, hosts }));
      reply.header(
        'cache-control',
        relative(webDir, path).startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
}
