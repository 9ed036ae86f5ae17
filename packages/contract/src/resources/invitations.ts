import { z } from 'zod';
import { id, page, pageQuery, timestamp } from '../common.ts';
import { role } from '../roles.ts';
import { defineRoute } from '../route.ts';
import { memberEmail, memberName } from './members.ts';
import { parentTokenId } from './tokens.ts';
import { identity } from './workspace.ts';

/** A person who is invited and has not come yet. */
export const invitation = z
  .object({
    id: id('invitation'),
    email: z.string(),
    role,
    invitedBy: z.string().nullable().meta({ description: 'Name of the member; null: a service token' }),
    createdAt: timestamp,
    expiresAt: timestamp,
    parentTokenId,
  })
  .meta({ id: 'Invitation' });
export type Invitation = z.infer<typeof invitation>;

export const invitationCreate = z.strictObject({
  email: memberEmail,
  role,
  expiresInSeconds: z
    .number()
    .int()
    .min(300)
    .max(30 * 86_400)
    .default(7 * 86_400),
});
export type InvitationCreate = z.input<typeof invitationCreate>;

export const invitationCreated = invitation
  .extend({ url: z.url().meta({ description: 'Works once; shown only in this answer' }) })
  .meta({ id: 'InvitationCreated' });
export type InvitationCreated = z.infer<typeof invitationCreated>;

/** What a person sees who opens an invitation. */
export const openInvitation = z
  .object({ workspace: z.string(), email: z.string(), role, expiresAt: timestamp })
  .meta({ id: 'OpenInvitation' });
export type OpenInvitation = z.infer<typeof openInvitation>;

/** The address of an invitation. The code stands after the `#`, so that it reaches no server's log. */
export const invitationUrl = (baseUrl: string, code: string): string => `${baseUrl}/join#code=${code}`;

const code = z.string().min(1).max(200);

/** Invitations by a link that works once. */
export const invitationRoutes = {
  listInvitations: defineRoute({
    method: 'GET',
    path: '/v1/invitations',
    tag: 'people',
    summary: 'Invitations that still work, newest first',
    action: 'people.see',
    query: pageQuery,
    status: 200,
    response: page(invitation),
  }),
  createInvitation: defineRoute({
    method: 'POST',
    path: '/v1/invitations',
    tag: 'people',
    summary: 'Invite a person; the link is shown only in this answer',
    description:
      'Mooring sends no mail: pass the link on yourself. Another invitation of the same address takes the place of this one.',
    action: 'people.change',
    body: invitationCreate,
    status: 201,
    response: invitationCreated,
    audit: 'invitation.created',
  }),
  deleteInvitation: defineRoute({
    method: 'DELETE',
    path: '/v1/invitations/:invitationId',
    tag: 'people',
    summary: 'Revoke an invitation',
    action: 'people.change',
    params: z.object({ invitationId: id('invitation') }),
    status: 204,
    response: null,
    audit: 'invitation.revoked',
  }),
  openInvitation: defineRoute({
    method: 'POST',
    path: '/v1/invitations/open',
    tag: 'people',
    summary: 'What an invitation offers; it stays unused',
    action: null,
    body: z.strictObject({ code }),
    status: 200,
    response: openInvitation,
  }),
  acceptInvitation: defineRoute({
    method: 'POST',
    path: '/v1/invitations/accept',
    tag: 'people',
    summary: 'Become a member with an invitation, and sign in',
    description: 'Answers with a session cookie, as `createSession` does.',
    action: null,
    body: z.strictObject({ code, name: memberName }),
    status: 201,
    response: identity,
  }),
} as const;
