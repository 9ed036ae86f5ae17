import { type assetRoutes, SIGNED_BY_ALL_SECONDS } from '@mooring/contract';
import type { Caller } from '../../access/caller.ts';
import { MooringError } from '../../platform/problem.ts';
import { byCaller } from '../audited.ts';
import { preferredFormat } from '../preferred-format.ts';
import { toProblem } from '../problems.ts';
import type { Handlers } from '../route.ts';
import type { Services } from '../services.ts';
import { withoutSettings } from '../without-settings.ts';

export const assetHandlers = {
  listAssets: async ({ services, caller, query: { cursor, limit, sort, ...filter } }) =>
    services.catalogue.listAssets(caller.workspaceId, filter, { cursor, limit, sort }),

  getAssetAnchors: async ({ services, caller, query: { every, sort, ...filter } }) =>
    services.catalogue.assetAnchors(caller.workspaceId, filter, every, sort),

  getAssetFacets: async ({ services, caller, query }) =>
    services.catalogue.assetFacets(caller.workspaceId, query),

  getAsset: async ({ services, caller, params }) =>
    services.catalogue.getAsset(caller.workspaceId, params.assetId),

  signAssets: async ({ services, caller, body, baseUrl, request }) => {
    await requireSigning(services, caller, body.expiresInSeconds);
    const { items, refused } = await services.delivery.sign(caller.workspaceId, {
      ...{ ...body, baseUrl },
      by: byCaller(caller, request),
    });
    const problems = refused.map(({ assetId, error }) => ({
      assetId,
      problem: toProblem(withoutSettings(caller, error) as MooringError, request.id),
    }));
    return { items, problems };
  },

  getAssetContent: async ({ services, caller, params: { assetId }, baseUrl, request, reply }) => {
    const { items, refused } = await services.delivery.sign(caller.workspaceId, {
      assetIds: [assetId],
      method: request.method === 'HEAD' ? 'HEAD' : 'GET',
      baseUrl,
      by: byCaller(caller, request),
    });
    for (const { error } of refused) throw error;
    for (const { url } of items) reply.header('location', url);
  },

  getAssetThumbnail: async ({ services, caller, params, query, request, reply, signal }) => {
    const format = preferredFormat(request.headers.accept);
    const asked = { size: query.size, format, ifNoneMatch: request.headers['if-none-match'] ?? null };
    const { picture, tag, objectEtag } = await services.thumbnails.get(
      caller.workspaceId,
      params.assetId,
      asked,
      signal,
    );
    if (picture) {
      await services.audit.reads.record(caller.workspaceId, {
        action: 'asset.thumbnail',
        by: byCaller(caller, request),
        connectionId: null,
        assetIds: [params.assetId],
        endsAt: null,
      });
    }
    reply.headers({
      etag: `"${tag}"`,
      vary: 'accept',
      'content-type': `image/${format}`,
      'cache-control':
        query.etag === objectEtag ? 'private, max-age=31536000, immutable' : 'private, no-cache',
    });
    return picture;
  },
} satisfies Handlers<typeof assetRoutes>;

/** @throws MooringError `forbidden` where the caller may not ask for URLs that work so long */
async function requireSigning(
  { catalogue }: Pick<Services, 'catalogue'>,
  { workspaceId, via, memberId }: Caller,
  seconds = 0,
): Promise<void> {
  if (seconds <= SIGNED_BY_ALL_SECONDS) return;
  const isService = via === 'token' && memberId === null;
  const most = isService ? await catalogue.maxSigningSeconds(workspaceId) : SIGNED_BY_ALL_SECONDS;
  if (seconds <= most) return;
  throw new MooringError(
    'forbidden',
    isService
      ? `URLs may work for ${most} seconds in this workspace, and ${seconds} were asked for.`
      : `You may ask for URLs that work for ${most} seconds, and ${seconds} were asked for. Only service tokens may ask for longer.`,
    {
      fix: 'Ask for less, or make a link, which works for longer and can be revoked. An administrator can raise the limit for service tokens: mooring workspace edit --max-signing-seconds.',
    },
  );
}
