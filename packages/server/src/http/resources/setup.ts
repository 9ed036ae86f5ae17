import type { SetupRequest, setupRoutes } from '@mooring/contract';
import { type PureKinds, setupDocumentOf } from '../../platform/kinds.ts';
import { fixOf } from '../kind-body.ts';
import type { Handlers } from '../route.ts';
import { check } from '../validate.ts';

/** @throws MooringError `invalid_request` that names each field that the kind does not take */
function checked(kinds: PureKinds, request: SetupRequest): SetupRequest {
  const { api } = kinds.get(request.provider).kind;
  return check(api.schemas.SetupRequest, request, fixOf(kinds, request.provider)) as SetupRequest;
}

export const setupHandlers = {
  generateSetup: async ({ services: { kinds }, body }) => setupDocumentOf(kinds, checked(kinds, body)),

  createSetupLink: async ({ services: { access, kinds }, caller, body, baseUrl }) =>
    access.createSetupLink(caller, checked(kinds, body), baseUrl),

  listSetupLinks: async ({ services, caller, query }) =>
    services.access.listSetupLinks(caller.workspaceId, query),

  deleteSetupLink: async ({ services, caller, params }) =>
    services.access.deleteSetupLink(caller.workspaceId, params.setupLinkId),

  getSetup: async ({ services, params, request }) => services.access.openSetupLink(params.token, request.ip),
} satisfies Handlers<typeof setupRoutes>;
