import type { FastifyInstance } from 'fastify';

/**
 * Takes JSON and nothing else: text/plain could be sent by any site's page without asking. An empty body counts as
 * none, because many clients always say that they send JSON.
 */
export function addJsonParser(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text: string, done) => {
    if (text === '') done(null, undefined);
    else parse(request, text, done);
  });
}
