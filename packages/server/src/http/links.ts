import { ID_PREFIXES } from '@mooring/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OpenedLink } from '../access/links.ts';
import { MooringError, notFound } from '../platform/problem.ts';
import { ANY_ORIGIN, PREFLIGHT } from './any-origin.ts';
import { baseUrlOf } from './base-url.ts';
import { noteCaller } from './caller.ts';
import { createCallerSlots } from './caller-slots.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { readRequest, sendRelayed } from './relayed.ts';
import type { HttpOptions, Services } from './services.ts';
import type { SignalOf } from './waiting.ts';
import { withoutSettings } from './without-settings.ts';

/** What a link may know of a failure: what a viewer may. */
const BEARER = { role: 'viewer', readOnly: true } as const;

/**
 * Answers links, `/link/TOKEN/ASSET`, with a name behind them or without, to any program and without another
 * credential. Most get a redirect to a fresh short-lived URL. A page's script that reads the bytes gets them from here
 * where the server may read: after a redirect to a third origin its browser says `Origin: null`, and storages allow
 * origins by name. See https://fetch.spec.whatwg.org/#concept-request-tainted-origin
 */
export function registerLinks(
  app: FastifyInstance,
  { access, delivery, clock }: Pick<Services, 'access' | 'delivery' | 'clock'>,
  { publicUrl, limits }: Pick<HttpOptions, 'publicUrl' | 'limits'>,
  signalOf: SignalOf,
): void {
  // Their own: a page full of links must not keep the people of the workspace waiting.
  const slots = createCallerSlots(limits);
  const url = '/link/*';

  app.options(url, async (_request, reply) => reply.headers(PREFLIGHT).code(204).send());

  app.route<{ Params: { '*': string } }>({
    method: ['GET', 'HEAD'],
    url,
    compress: false, // an object's bytes: ranges and lengths have to be the storage's
    handler: async (request, reply) => {
      reply.headers({ ...ANY_ORIGIN, vary: 'origin', 'x-robots-tag': 'noindex' });
      const [token = '', assetId = ''] = request.params['*'].split('/');
      const link = await access.openLink(token);
      noteCaller(request, link.id);
      requireOrigin(link, request);
      const release = await slots.takeRequest(link, signalOf(reply));
      try {
        if (!isAssetId(assetId) || !(await access.linkOpens(link, assetId))) throw notOpened(assetId);
        const seconds = secondsOf(link);
        const { workspaceId, id: callerId } = link;
        const relayed =
          request.headers.origin === undefined
            ? null
            : await delivery.relayToken(workspaceId, { assetId, callerId, seconds });
        if (relayed === null) return await redirect(link, assetId, request, reply);
        const answer = await delivery.relay(relayed, readRequest(request), signalOf(reply));
        // Kept, but asked for each time, so that a link that is revoked shows nothing more.
        const headers = { ...answer.headers, 'cache-control': 'private, no-cache' };
        return sendRelayed(reply, { ...answer, headers }, limits.relayMinBytesPerSecond);
      } catch (error) {
        throw withoutSettings(BEARER, error);
      } finally {
        release();
      }
    },
  });

  refuseOtherMethods(app, url, ['GET', 'OPTIONS']);

  async function redirect(
    link: OpenedLink,
    assetId: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { items, refused } = await delivery.sign(link.workspaceId, {
      assetIds: [assetId],
      expiresInSeconds: secondsOf(link),
      method: request.method === 'HEAD' ? 'HEAD' : 'GET',
      baseUrl: baseUrlOf(request, publicUrl),
      by: {
        caller: { via: 'link', id: link.id, name: link.name, sessionId: null },
        address: request.ip,
      },
    });
    for (const { error } of refused) throw error;
    return reply.redirect(items[0]!.url, 302);
  }

  /** How long what it hands out works: as everywhere, and not beyond its own end. */
  function secondsOf({ expiresAt }: OpenedLink): number {
    const secondsLeft = Math.floor((expiresAt.getTime() - clock.now().getTime()) / 1000);
    return Math.max(1, Math.min(delivery.signWindowSeconds, secondsLeft));
  }
}

/** @throws MooringError `forbidden` where only pages of other origins may use the link */
function requireOrigin({ origins }: OpenedLink, { headers: { origin, referer } }: FastifyRequest): void {
  if (origins === null) return;
  const from = origin ?? (referer !== undefined && URL.canParse(referer) ? new URL(referer).origin : null);
  if (from !== null && origins.includes(from)) return;
  throw new MooringError(
    'forbidden',
    from === null
      ? 'Only pages of some origins may use this link, and the request does not say which page it is from.'
      : `Pages of ${from} may not use this link.`,
    { fix: 'Ask the person who made the link to allow the origin of your page, or use it there.' },
  );
}

const isAssetId = (text: string): boolean =>
  new RegExp(`^${ID_PREFIXES.asset}_[0-9a-hjkmnp-tv-z]{20}$`).test(text);

/** The same whether there is no such asset, or another link opens it. */
const notOpened = (assetId: string): MooringError =>
  isAssetId(assetId)
    ? notFound('asset', assetId)
    : new MooringError('not_found', 'The address does not name an asset behind the token of the link.', {
        fix: 'Add the id of an asset: /link/TOKEN/ast_…',
      });
