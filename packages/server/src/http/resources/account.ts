import { type accountRoutes, includesRole } from '@mooring/contract';
import type { Caller } from '../../access/caller.ts';
import { MooringError } from '../../platform/problem.ts';
import type { Handlers } from '../route.ts';

export const accountHandlers = {
  updateIdentity: async ({ services, caller, body }) => {
    const { name } = await services.access.updateMember(caller, personOf(caller), body);
    return { ...caller, ...(caller.via === 'session' && { name }) };
  },

  listOwnTokens: async ({ services, caller, query }) =>
    services.access.listTokens(caller.workspaceId, query, personOf(caller)),

  createOwnToken: async ({ services, caller, body: { role = caller.role, ...body } }) => {
    personOf(caller);
    if (!includesRole(caller.role, role)) throw reachesFurther(caller, role);
    return services.access.createToken(caller, { ...body, role, kind: 'personal' });
  },

  deleteOwnToken: async ({ services, caller, params }) =>
    services.access.deleteToken(caller.workspaceId, params.tokenId, personOf(caller)),

  listOwnSessions: async ({ services, caller, query }) =>
    services.access.listSessions(caller, query, personOf(caller)),

  endOwnSession: async ({ services, caller, params }) =>
    services.access.endSession(caller.workspaceId, params.sessionId, personOf(caller)),
} satisfies Handlers<typeof accountRoutes>;

/** @throws MooringError `invalid_request` where the caller is no person */
export function personOf({ memberId }: Caller): string {
  if (memberId !== null) return memberId;
  throw new MooringError('invalid_request', 'This is a service token: it belongs to no person.', {
    fix: 'Sign in, or use a personal token. An administrator sees all tokens and sessions in /v1/tokens and /v1/sessions.',
  });
}

const reachesFurther = ({ role, via }: Caller, wanted: string): MooringError =>
  new MooringError(
    'invalid_request',
    `A personal token may do no more than ${via === 'session' ? 'you' : 'the token that makes it'}: ${role}, not ${wanted}.`,
    {
      fix: `Ask for the role ${role} or less.`,
      fields: [{ path: 'role', message: `expected at most ${role}` }],
    },
  );
