import type { FastifyInstance } from 'fastify';

/** For answers that hold no page: they may load and run nothing. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";

/**
 * For the web app. Media come straight from the storage, whose host can be any, so images, media, frames (PDF) and
 * requests may go anywhere over HTTPS; scripts only come from here.
 * @param plainHttp whether storage may be reached over plain HTTP
 */
export function appPolicy({ plainHttp }: { plainHttp: boolean }): string {
  const storage = plainHttp ? 'https: http:' : 'https:';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self' blob:",
    `img-src 'self' data: blob: ${storage}`,
    `media-src 'self' blob: ${storage}`,
    `connect-src 'self' ${storage}`,
    `frame-src 'self' blob: ${storage}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Headers of every answer; some routes replace single ones. */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'content-security-policy': NO_PAGE,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      // Same-origin rather than none: browsers then still say in Origin where a form or request came from.
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });
}
