import type { FastifyInstance } from 'fastify';
import { MooringError } from '../platform/problem.ts';

/** What any site's page could send without asking: https://fetch.spec.whatwg.org/#cors-safelisted-request-header */
const SIMPLE = /^\s*(text\/plain|multipart\/form-data|application\/x-www-form-urlencoded)\b/i;

/** Takes bodies of any type as a stream, for routes with an `upload`, apart from those that a foreign page can send. */
export function addUploadParser(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request, payload, done) => {
    const type = request.headers['content-type'] ?? '';
    if (type === '' || SIMPLE.test(type)) done(unsupported(type), undefined);
    else done(null, payload);
  });
}

const unsupported = (type: string): MooringError =>
  new MooringError(
    'unsupported_media_type',
    `The content type is ${type === '' ? 'missing' : `“${type.slice(0, 100)}”`}; expected one such as application/octet-stream.`,
    { fix: 'Send Content-Type: application/octet-stream. The format of the list is known by its content.' },
  );
