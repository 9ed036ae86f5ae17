import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MooringError } from '../platform/problem.ts';
import { createTurns } from '../platform/turns.ts';
import { DEEPEST_JSON, isTooDeep } from './json-depth.ts';

/** Shorter texts are parsed at once. */
const LONG_CHARS = 64 * 1024;
/** Of all long bodies of this process. */
const inTurn = createTurns();

/**
 * Takes JSON and nothing else: text/plain could be sent by any site's page without asking. An empty body counts as
 * none, because many clients always say that they send JSON. Long bodies are parsed one after the other, and other
 * requests have their turn between them.
 * @param mediaTypes what JSON is called here
 * @param seen is given each text before it is parsed, and may refuse it by throwing
 */
export function addJsonParser(
  app: FastifyInstance,
  mediaTypes: string[] = ['application/json'],
  seen: (request: FastifyRequest, text: string) => void = () => {},
): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(mediaTypes, { parseAs: 'string' }, (request, text: string, done) => {
    const read = () => (isTooDeep(text) ? done(tooDeep()) : parse(request, text, done));
    try {
      seen(request, text);
    } catch (error) {
      return done(error as Error);
    }
    if (text === '') done(null, undefined);
    else if (text.length > LONG_CHARS) inTurn(read);
    else read();
  });
}

const tooDeep = (): MooringError =>
  new MooringError('invalid_request', `The body nests arrays and objects more than ${DEEPEST_JSON} deep.`, {
    fix: 'Send what the route accepts; /docs/api shows it.',
  });
