import type { FastifyInstance } from 'fastify';
import { MooringError } from '../platform/problem.ts';
import { DEEPEST_JSON, isTooDeep } from './json-depth.ts';

/**
 * Takes JSON and nothing else: text/plain could be sent by any site's page without asking. An empty body counts as
 * none, because many clients always say that they send JSON.
 * @param mediaTypes what JSON is called here
 */
export function addJsonParser(app: FastifyInstance, mediaTypes: string[] = ['application/json']): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(mediaTypes, { parseAs: 'string' }, (request, text: string, done) => {
    if (text === '') done(null, undefined);
    else if (isTooDeep(text)) done(tooDeep());
    else parse(request, text, done);
  });
}

const tooDeep = (): MooringError =>
  new MooringError('invalid_request', `The body nests arrays and objects more than ${DEEPEST_JSON} deep.`, {
    fix: 'Send what the route accepts; /docs/api shows it.',
  });
