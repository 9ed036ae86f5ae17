import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from '../../../access/caller.ts';
import { addJsonParser } from '../../json-parser.ts';
import { type ClientDependencies, type ClientRoute, registerClientRoutes } from '../client-route.ts';
import { cloudSyncRoutes } from './cloud-sync.ts';
import { datasetRoutes } from './datasets.ts';
import { folderRoutes } from './folders.ts';
import { integrationRoutes } from './integrations.ts';
import { itemRoutes } from './items.ts';
import { jobRoutes } from './jobs.ts';
import { registerLegacy } from './legacy.ts';
import { notAnswered } from './not-answered.ts';
import { checkSignature, digestOf, forged, readSignature } from './signature.ts';

const NO_BODY = digestOf('');

/**
 * What the client of Encord asks for, at the root of the host, because that is where the client asks. It stays out of the
 * API's description: the protocol is another's.
 */
export function registerEncord(app: FastifyInstance, dependencies: ClientDependencies): void {
  const { access, clock } = dependencies.services;

  app.register(async scope => {
    /** Of requests that were signed: the digest that the body must have, and the signature. */
    const signed = new WeakMap<FastifyRequest, { digest: string; signature: string; hasBody: boolean }>();
    const texts = new WeakMap<FastifyRequest, string>();

    addJsonParser(scope, ['application/json'], (request, text) => {
      const claim = signed.get(request);
      if (claim && digestOf(text) !== claim.digest) throw forged();
      if (claim) claim.hasBody = true;
      texts.set(request, text);
    });
    scope.addHook('preHandler', async request => {
      const claim = signed.get(request);
      if (claim && !claim.hasBody && claim.digest !== NO_BODY) throw forged();
    });

    /** By a token, or by the signature, which covers all but the host. No cookie counts. */
    async function identify(request: FastifyRequest): Promise<Caller> {
      const { method, headers } = request;
      const { authorization } = headers;
      if (authorization !== undefined || headers['signature-input'] === undefined)
        return access.authenticate({ authorization });
      const now = Math.floor(clock.now().getTime() / 1000);
      const claim = readSignature({ method, target: request.raw.url!, headers }, now);
      const caller = await access.findSshKey(claim.publicKey);
      checkSignature(claim);
      await access.noteSshKeyUse(caller.workspaceId, caller.id);
      const signature = claim.signature.toString('base64');
      signed.set(request, { digest: claim.digest, signature, hasBody: false });
      return caller;
    }

    const routes: ClientRoute[] = [
      ...integrationRoutes,
      ...folderRoutes,
      ...itemRoutes,
      ...jobRoutes(({ request }) => texts.get(request) ?? ''),
      ...cloudSyncRoutes,
      ...datasetRoutes,
    ];
    // A signed request that is sent once more changes nothing: it is answered as the first one was.
    registerClientRoutes(
      scope,
      dependencies,
      routes,
      identify,
      request => signed.get(request)?.signature ?? null,
    );
    scope.all(
      '/v2/public/*',
      { onRequest: async request => void (await identify(request)) },
      async request => {
        throw notAnswered(`${request.method} ${request.url.split('?', 1)[0]}`);
      },
    );
  });
  registerLegacy(app, dependencies);
}
