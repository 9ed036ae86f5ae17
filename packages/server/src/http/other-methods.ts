import { METHODS } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MooringError } from '../platform/problem.ts';

/**
 * Makes Fastify answer every method that Node.js reads; by itself it fails on some. It knows QUERY, but refuses one
 * without a body before a handler can say that the method is not one of the path.
 */
export function knowAllMethods(app: FastifyInstance): void {
  for (const method of METHODS) {
    const isAnswered = app.supportedMethods.includes(method) && method !== 'QUERY';
    if (method !== 'CONNECT' && !isAnswered) app.addHttpMethod(method, { overrideExisting: true });
  }
}

/**
 * Answers all other methods of a path with 405 and the methods that there are.
 * @param allowed of the path; HEAD goes with GET
 * @param identify refuses those who may not know what there is
 */
export function refuseOtherMethods(
  app: FastifyInstance,
  path: string,
  allowed: readonly string[],
  identify: (request: FastifyRequest) => Promise<unknown> = async () => {},
): void {
  const known = allowed.flatMap(method => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  const allow = [...new Set(known)].join(', ');
  app.route({
    method: app.supportedMethods.filter(method => !known.includes(method)),
    url: path,
    onRequest: async request => {
      await identify(request);
    },
    handler: async (request, reply) => {
      reply.header('allow', allow);
      throw new MooringError('method_not_allowed', `${request.method} is not a method of ${path}.`, {
        fix: `Use ${allow}.`,
      });
    },
  });
}
