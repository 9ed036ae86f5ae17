import type { mediaRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const mediaHandlers = {
  probeSource: async ({ services, caller, params, body }) =>
    services.media.probeSource(caller.workspaceId, params.sourceId, body),

  probeAsset: async ({ services, caller, params, signal }) =>
    services.media.probeAsset(caller.workspaceId, params.assetId, signal),

  reportMedia: async ({ services, caller, body }) => services.media.report(caller.workspaceId, body),
} satisfies Handlers<typeof mediaRoutes>;
