import { createHash } from 'node:crypto';
import { createOpenApi } from '@mooring/contract/openapi';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuseOtherMethods } from '../other-methods.ts';
import { PROBLEMS_PATH } from '../problems.ts';
import type { Services } from '../services.ts';
import { API_PAGE_STYLE, apiPage } from './api-page.ts';
import { problemsPage } from './problems-page.ts';

/** The API's description, for tools and for people. It holds no data, so anybody may read it without signing in. */
export function registerApiDocs(
  app: FastifyInstance,
  { kinds, version }: Pick<Services, 'kinds' | 'version'>,
): void {
  const schemas = kinds.ids.map(id => kinds.get(id).kind.api);
  const api = createOpenApi({ version, kinds: schemas });
  const [json, page] = [JSON.stringify(api), apiPage(api)];
  const styleHash = createHash('sha256').update(API_PAGE_STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`;
  const send = (html: string) => (_request: FastifyRequest, reply: FastifyReply) =>
    reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(html);

  const answers: [path: string, answer: ReturnType<typeof send>][] = [
    ['/v1/openapi.json', (_request, reply) => reply.type('application/json').send(json)],
    ['/docs/api', send(page)],
    [PROBLEMS_PATH, send(problemsPage(schemas))],
  ];
  for (const [path, answer] of answers) {
    app.get(path, answer);
    refuseOtherMethods(app, path, ['GET']);
  }
}
