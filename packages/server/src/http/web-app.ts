import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { appPolicy } from './security-headers.ts';

/** Their names hold a hash of their content. */
const HASHED = /[/\\]static[/\\]/;

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
      reply.header('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
