import { createHash } from 'node:crypto';
import { createOpenApi } from '@mooring/contract/openapi';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { baseUrlOf } from '../base-url.ts';
import { identify } from '../caller.ts';
import type { HttpOptions, Services } from '../services.ts';
import { API_PAGE_STYLE, apiPage } from './api-page.ts';

/** The API's description, for tools and for people. */
export function registerApiDocs(
  app: FastifyInstance,
  { access, kinds, version }: Services,
  { publicUrl }: HttpOptions,
): void {
  const api = createOpenApi({ version, kinds: kinds.ids.map(id => kinds.get(id).kind.api) });
  const [json, page] = [JSON.stringify(api), apiPage(api)];
  const styleHash = createHash('sha256').update(API_PAGE_STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`;
  const reader = (request: FastifyRequest) =>
    identify(access, request, 'read', baseUrlOf(request, publicUrl));

  app.get('/v1/openapi.json', async (request, reply) => {
    await reader(request);
    return reply.type('application/json').send(json);
  });
  app.get('/docs/api', async (request, reply) => {
    await reader(request);
    return reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(page);
  });
}
