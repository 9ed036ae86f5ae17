import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from '../../../access/caller.ts';
import { addJsonParser } from '../../json-parser.ts';
import { toMooringError } from '../../problems.ts';
import { type ClientDependencies, registerClientRoutes } from '../client-route.ts';
import { datasetRoutes } from './datasets.ts';
import { itemRoutes } from './items.ts';
import { registrationRoutes } from './registration.ts';
import { teamRoutes } from './team.ts';

/** What the client of V7 (darwin-py) asks for, under `/api` of the host, because that is where it asks. */
export function registerV7(app: FastifyInstance, dependencies: ClientDependencies): void {
  const { access, log } = dependencies.services;

  app.register(async scope => {
    addJsonParser(scope);
    scope.setErrorHandler((error, request, reply) => {
      const known = toMooringError(error, log, request.id);
      // Of mistakes, the client shows what was sent with this status alone.
      const status = known.status === 400 || known.status === 409 ? 422 : known.status;
      if (known.retryAfterSeconds !== undefined) reply.header('retry-after', known.retryAfterSeconds);
      reply
        .code(status)
        .type('application/json')
        .send(JSON.stringify({ code: known.code, message: known.message, fix: known.fix }));
    });

    /** The client writes our tokens in its own way. No cookie counts. */
    const identify = ({ headers }: FastifyRequest): Promise<Caller> =>
      access.authenticate({ authorization: headers.authorization?.replace(/^ApiKey /i, 'Bearer ') });

    const routes = [...teamRoutes, ...datasetRoutes, ...registrationRoutes, ...itemRoutes];
    registerClientRoutes(scope, dependencies, routes, identify);
  });
}
