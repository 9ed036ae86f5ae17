import type { invitationRoutes } from '@mooring/contract';
import { byCaller } from '../audited.ts';
import { beginSession } from '../begin-session.ts';
import type { Handlers } from '../route.ts';

export const invitationHandlers = {
  listInvitations: async ({ services, caller, query }) =>
    services.access.listInvitations(caller.workspaceId, query),

  createInvitation: async ({ services, caller, body, baseUrl }) =>
    services.access.createInvitation(caller, body, baseUrl),

  deleteInvitation: async ({ services, caller, params }) =>
    services.access.deleteInvitation(caller.workspaceId, params.invitationId),

  openInvitation: async ({ services, body, request }) =>
    services.access.openInvitation(body.code, request.ip),

  acceptInvitation: async ({ services, body, baseUrl, request, reply }) => {
    const session = await services.access.acceptInvitation(body.code, body.name, request.ip);
    const { caller } = session;
    await services.audit.record(caller.workspaceId, {
      action: 'member.joined',
      ...byCaller(caller, request),
      subjectId: caller.id,
      detail: { name: caller.name, role: caller.role },
    });
    return beginSession(services, session, { baseUrl, request, reply });
  },
} satisfies Handlers<typeof invitationRoutes>;
