import type { sshKeyRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';
import { personOf } from './account.ts';

export const sshKeyHandlers = {
  listOwnSshKeys: async ({ services, caller, query }) =>
    services.access.listSshKeys(caller.workspaceId, personOf(caller), query),

  createOwnSshKey: async ({ services, caller, body }) =>
    services.access.createSshKey({ ...caller, memberId: personOf(caller) }, body),

  deleteOwnSshKey: async ({ services, caller, params }) =>
    services.access.deleteSshKey(caller.workspaceId, personOf(caller), params.sshKeyId),
} satisfies Handlers<typeof sshKeyRoutes>;
