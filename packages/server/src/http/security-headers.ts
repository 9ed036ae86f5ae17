import type { FastifyInstance } from 'fastify';

/** For answers that hold no page: they may load and run nothing. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";

/**
 * For the web app. Media come straight from the storage, whose host can be any, so images, media and requests may go
 * anywhere over HTTPS. Scripts and workers come only from the files of the app. They may compile WebAssembly, which
 * decodes images of PDF and DICOM, and may not evaluate text.
 * @param plainHttp whether storage may be reached over plain HTTP
 * @param hosts under which browsers reach this server, with the port if it is not the default one
 */
export function appPolicy({ plainHttp, hosts }: { plainHttp: boolean; hosts: readonly string[] }): string {
  const storage = plainHttp ? 'https: http:' : 'https:';
  return [
    "default-src 'none'",
    `script-src ${placesOf(hosts, ['/static/', '/theme.js'])} 'wasm-unsafe-eval'`,
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "manifest-src 'self'",
    `worker-src ${placesOf(hosts, ['/static/'])}`,
    `img-src 'self' data: blob: ${storage}`,
    `media-src 'self' blob: ${storage}`,
    `connect-src 'self' ${storage}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** As https://www.w3.org/TR/CSP3/#grammardef-host-part has it. */
const HOST = /^[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/i;

/**
 * Folders and files of this server, and nothing else of it: the relay answers with bytes of others. A policy cannot
 * name some hosts, such as IPv6 addresses; there it is all of this server, and the relay's types are the guard.
 */
function placesOf(hosts: readonly string[], paths: readonly string[]): string {
  if (!hosts.every(host => HOST.test(host))) return "'self'";
  return [...new Set(hosts)].flatMap(host => paths.map(path => host + path)).join(' ');
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
