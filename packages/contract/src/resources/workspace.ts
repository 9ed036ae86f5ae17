import { z } from 'zod';
import { id, revision, timestamp } from '../common.ts';
import { role } from '../roles.ts';
import { defineRoute } from '../route.ts';
import { tokenScopeAnswered } from './tokens.ts';

export const workspace = z
  .object({ id: id('workspace'), name: z.string(), createdAt: timestamp })
  .meta({ id: 'Workspace' });

/** How long URLs may work that any caller asks for. */
export const SIGNED_BY_ALL_SECONDS = 3600;
/** No storage signs for longer. */
export const MOST_SIGNED_SECONDS = 7 * 86_400;

const maxSigningSeconds = z.number().int().min(SIGNED_BY_ALL_SECONDS).max(MOST_SIGNED_SECONDS).meta({
  description:
    'How long signed URLs may work at most that service tokens ask for, up to seven days; all other callers: an hour',
});

/** The number of assets in the workspace, and its limits. */
export const workspaceSettings = workspace
  .extend({
    maxAssets: z.number().int().nullable().meta({
      description: 'The newest assets beyond this number are kept and marked as over quota; null: no limit',
    }),
    assetCount: z.number().int(),
    overQuotaCount: z.number().int().meta({ description: 'How many of them are beyond maxAssets' }),
    maxSigningSeconds,
    revision,
    settled: z.boolean().meta({
      description: 'Whether the marks of the assets agree with it. After a change this takes a while',
    }),
  })
  .meta({ id: 'WorkspaceSettings' });
export type WorkspaceSettings = z.infer<typeof workspaceSettings>;

export const workspaceUpdate = z
  .strictObject({
    maxAssets: z.number().int().min(0).nullable().optional(),
    maxSigningSeconds: maxSigningSeconds.optional(),
  })
  .refine(changes => Object.keys(changes).length > 0, { error: 'expected something to change' });
export type WorkspaceUpdate = z.infer<typeof workspaceUpdate>;

export const identity = z
  .object({
    workspace,
    role,
    readOnly: z.boolean().meta({ description: 'A token that changes nothing, in any role' }),
    scope: tokenScopeAnswered.meta({ description: 'The part of the data that the token opens; null: all' }),
    via: z.enum(['session', 'token']),
    memberId: id('member').nullable().meta({ description: 'The person; null: a service token' }),
    name: z.string().meta({ description: 'Of the person, or of the token' }),
    isOidc: z.boolean().meta({
      description: 'The session was begun at the OpenID provider, so signing out can go on there',
    }),
    expiresAt: timestamp.nullable(),
  })
  .meta({ id: 'Identity' });
export type Identity = z.infer<typeof identity>;

/** The workspace, and who the caller is in it. */
export const workspaceRoutes = {
  getIdentity: defineRoute({
    method: 'GET',
    path: '/v1/me',
    tag: 'access',
    summary: 'Who the caller is and what it may do',
    action: 'self.see',
    partly: 'self',
    status: 200,
    response: identity,
  }),
  getWorkspace: defineRoute({
    method: 'GET',
    path: '/v1/workspace',
    tag: 'access',
    summary: 'The number of assets in the workspace, and its limits',
    action: 'assets.see',
    status: 200,
    response: workspaceSettings,
  }),
  updateWorkspace: defineRoute({
    method: 'PATCH',
    path: '/v1/workspace',
    tag: 'access',
    summary: 'Change how many assets it may have, and how long URLs may work',
    description: 'No asset is dropped. Those beyond the limit are marked, piece by piece, in the background.',
    action: 'workspace.change',
    body: workspaceUpdate,
    status: 200,
    response: workspaceSettings,
    audit: 'workspace.updated',
  }),
} as const;
