import type { auditRoutes } from '@mooring/contract';
import type { Handlers } from '../route.ts';

export const auditHandlers = {
  getAudit: async ({ services, caller }) => services.audit.get(caller.workspaceId),

  updateAudit: async ({ services, caller, body, ifRevision }) =>
    services.audit.update(caller.workspaceId, body, ifRevision),

  listAuditEntries: async ({ services, caller, query }) => services.audit.list(caller.workspaceId, query),
} satisfies Handlers<typeof auditRoutes>;
