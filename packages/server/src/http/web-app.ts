import { relative, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { MooringError } from '../platform/problem.ts';
import { appPolicy } from './security-headers.ts';

/** The folder whose files' names hold a hash of their content; see the web app's vite.config.ts. */
const HASHED = `static${sep}`;

/** A step up, however it is written. Browsers take these out of an address before they send it. */
const STEP_UP = /(^|\/|\\|%2f|%5c)(\.|%2e){2}(\/|\\|%2f|%5c|$)/i;

/** The built web app: its files. Everyone may read them: they hold no data. */
export function registerWebApp(
  app: FastifyInstance,
  { webDir, plainHttp, publicUrl }: { webDir: string; plainHttp: boolean; publicUrl: string | null },
): void {
  // @fastify/send answers a path that leads out of its folder in a way that @fastify/static takes for a defect.
  app.addHook('onRequest', async request => {
    if (STEP_UP.test(request.url.split('?', 1)[0]!)) throw nothingThere();
  });
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

const nothingThere = (): MooringError =>
  new MooringError('not_found', 'There is nothing at this address.', {
    fix: 'Check the address; /docs/api lists what there is.',
  });
