import { z } from 'zod';
import { id, page, pageQuery, revision, timestamp } from '../common.ts';
import { role } from '../roles.ts';
import { defineRoute } from '../route.ts';

/** The name of a person, as others see it. */
export const memberName = z.string().trim().min(1).max(120);

/** Compared without regard to case. */
export const memberEmail = z.email().max(254);

/** A person in the workspace. */
export const member = z
  .object({
    id: id('member'),
    name: z.string(),
    email: z.string().nullable().meta({ description: 'null: never given, as for the first administrator' }),
    role,
    current: z.boolean().meta({ description: 'Whether it is the caller' }),
    revision,
    lastSignedInAt: timestamp.nullable(),
    createdAt: timestamp,
  })
  .meta({ id: 'Member' });
export type Member = z.infer<typeof member>;

export const memberUpdate = z.strictObject({
  name: memberName.optional(),
  email: memberEmail.optional(),
  role: role.optional(),
});
export type MemberUpdate = z.infer<typeof memberUpdate>;

const params = z.object({ memberId: id('member') });

/** People of the workspace, and what they may do. */
export const memberRoutes = {
  listMembers: defineRoute({
    method: 'GET',
    path: '/v1/members',
    tag: 'people',
    summary: 'Members, oldest first',
    action: 'people.see',
    query: pageQuery,
    status: 200,
    response: page(member),
  }),
  updateMember: defineRoute({
    method: 'PATCH',
    path: '/v1/members/:memberId',
    tag: 'people',
    summary: 'Change the role, the name or the e-mail address of a member',
    description:
      'A new role counts from the next request on. The last administrator keeps the role. Links and invitations of an administrator who becomes less end.',
    action: 'people.change',
    params,
    body: memberUpdate,
    status: 200,
    response: member,
    audit: 'member.updated',
  }),
  removeMember: defineRoute({
    method: 'DELETE',
    path: '/v1/members/:memberId',
    tag: 'people',
    summary: 'Remove a member, with their sessions, personal tokens, links and invitations',
    description:
      'It counts from the next request on. Service tokens stay. The last administrator cannot be removed.',
    action: 'people.change',
    params,
    status: 204,
    response: null,
    audit: 'member.removed',
  }),
} as const;
