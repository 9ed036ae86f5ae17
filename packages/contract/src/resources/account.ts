import { z } from 'zod';
import { id, page, pageQuery } from '../common.ts';
import { defineRoute } from '../route.ts';
import { memberName } from './members.ts';
import { session } from './sessions.ts';
import { token, tokenCreate, tokenCreated } from './tokens.ts';
import { identity } from './workspace.ts';

export const ownTokenCreate = tokenCreate.omit({ kind: true }).extend({
  role: tokenCreate.shape.role.optional().meta({ description: 'Default: the role of the caller' }),
});
export type OwnTokenCreate = z.input<typeof ownTokenCreate>;

/** What a member of any role does for themselves. */
export const accountRoutes = {
  updateIdentity: defineRoute({
    method: 'PATCH',
    path: '/v1/me',
    tag: 'account',
    summary: 'Change your name',
    action: 'self.change',
    body: z.strictObject({ name: memberName }),
    status: 200,
    response: identity,
    audit: 'member.updated',
  }),
  listOwnTokens: defineRoute({
    method: 'GET',
    path: '/v1/me/tokens',
    tag: 'account',
    summary: 'Your personal tokens, newest first',
    action: 'self.see',
    query: pageQuery,
    status: 200,
    response: page(token),
  }),
  createOwnToken: defineRoute({
    method: 'POST',
    path: '/v1/me/tokens',
    tag: 'account',
    summary: 'Make a personal token; its secret is shown only in this answer',
    description: 'It may do no more than you, and ends when you leave the workspace.',
    action: 'self.change',
    body: ownTokenCreate,
    status: 201,
    response: tokenCreated,
    audit: 'token.created',
  }),
  deleteOwnToken: defineRoute({
    method: 'DELETE',
    path: '/v1/me/tokens/:tokenId',
    tag: 'account',
    summary: 'Revoke a personal token of yours at once',
    action: 'self.change',
    params: z.object({ tokenId: id('token') }),
    status: 204,
    response: null,
    audit: 'token.revoked',
  }),
  listOwnSessions: defineRoute({
    method: 'GET',
    path: '/v1/me/sessions',
    tag: 'account',
    summary: 'Browsers in which you are signed in, newest first',
    action: 'self.see',
    query: pageQuery,
    status: 200,
    response: page(session),
  }),
  endOwnSession: defineRoute({
    method: 'DELETE',
    path: '/v1/me/sessions/:sessionId',
    tag: 'account',
    summary: 'End a session of yours at once',
    action: 'self.change',
    params: z.object({ sessionId: id('session') }),
    status: 204,
    response: null,
    audit: 'session.ended',
  }),
} as const;
