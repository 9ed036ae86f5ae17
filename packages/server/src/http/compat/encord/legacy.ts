import { createHash, verify } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from '../../../access/caller.ts';
import { addJsonParser } from '../../json-parser.ts';
import { toMooringError } from '../../problems.ts';
import { type ClientDependencies, registerClientRoutes } from '../client-route.ts';
import { answerLegacy } from './legacy-calls.ts';
import { forged, toKey } from './signature.ts';

/** The body is read before it is known who signed it, so it is small. */
const BODY_BYTES = 4 * 1024 * 1024;
const AUTHORIZATION = /^([0-9a-f]{64}):([0-9a-f]{128})$/;

/** What the client makes its exceptions of. */
const ERROR_NAMES: Record<number, string> = {
  400: 'INVALID_ARGUMENTS_ERROR',
  401: 'AUTHENTICATION_ERROR',
  403: 'AUTHORISATION_ERROR',
  404: 'RESOURCE_NOT_FOUND_ERROR',
  405: 'METHOD_NOT_ALLOWED_ERROR',
  409: 'RESOURCE_EXISTS_ERROR',
};

/**
 * The older half of Encord's API, which its data sets still use: one address, and each answer says in itself how it went.
 * The signature covers the body alone and no time, so a request that is overheard can be sent once more at any time; what
 * it registers then is registered already.
 */
export function registerLegacy(app: FastifyInstance, dependencies: ClientDependencies): void {
  const { access, log } = dependencies.services;

  app.register(async scope => {
    const claims = new WeakMap<
      FastifyRequest,
      { caller: Caller; key: Buffer; signature: Buffer; isChecked: boolean }
    >();

    addJsonParser(scope, ['application/json'], (request, text) => {
      const claim = claims.get(request);
      if (!claim) return;
      const digest = createHash('sha256').update(text).digest();
      if (!verify(null, digest, toKey(claim.key), claim.signature)) throw forged();
      claim.isChecked = true;
    });
    scope.addHook('preHandler', async request => {
      const claim = claims.get(request);
      if (!claim) return;
      if (!claim.isChecked) throw forged();
      await access.noteSshKeyUse(claim.caller.workspaceId, claim.caller.id);
    });
    scope.setErrorHandler((error, request, reply) => {
      const known = toMooringError(error, log, request.id);
      // All others are answers: the client looks into them.
      const status = known.status === 413 || known.status === 429 ? known.status : 200;
      if (known.retryAfterSeconds !== undefined) reply.header('retry-after', known.retryAfterSeconds);
      reply
        .code(status)
        .type('application/json')
        .send(
          JSON.stringify({
            status: known.status,
            response: [ERROR_NAMES[known.status] ?? 'UNKNOWN_ERROR'],
            payload: `${known.message} ${known.fix}`,
          }),
        );
    });

    /** Whose key the request names. The body is not read yet; nothing is done for this caller before it is. */
    async function identify(request: FastifyRequest): Promise<Caller> {
      const { authorization } = request.headers;
      const [, key, signature] = AUTHORIZATION.exec(authorization ?? '') ?? [];
      if (!key || !signature) return access.authenticate({ authorization });
      const caller = await access.findSshKey(Buffer.from(key, 'hex'));
      const claim = { caller, key: Buffer.from(key, 'hex'), signature: Buffer.from(signature, 'hex') };
      claims.set(request, { ...claim, isChecked: false });
      return caller;
    }

    const routes = (['/public', '/public/user'] as const).map(path => ({
      ...({ method: 'POST', path, action: 'self.see', waits: true, bodyLimit: BODY_BYTES } as const),
      answer: answerLegacy,
    }));
    registerClientRoutes(scope, dependencies, routes, identify);
  });
}
