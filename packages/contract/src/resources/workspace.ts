import { z } from 'zod';
import { id, timestamp } from '../common.ts';
import { role } from '../roles.ts';
import { defineRoute } from '../route.ts';

export const workspace = z
  .object({ id: id('workspace'), name: z.string(), createdAt: timestamp })
  .meta({ id: 'Workspace' });

/** The number of assets in the workspace, and its limit. */
export const workspaceSettings = workspace
  .extend({
    maxAssets: z.number().int().nullable().meta({
      description: 'The newest assets beyond this number are kept and marked as over quota; null: no limit',
    }),
    assetCount: z.number().int(),
    overQuotaCount: z.number().int().meta({ description: 'How many of them are beyond maxAssets' }),
    settled: z.boolean().meta({
      description: 'Whether the marks of the assets agree with it. After a change this takes a while',
    }),
  })
  .meta({ id: 'WorkspaceSettings' });
export type WorkspaceSettings = z.infer<typeof workspaceSettings>;

export const workspaceUpdate = z.strictObject({ maxAssets: z.number().int().min(0).nullable() });
export type WorkspaceUpdate = z.infer<typeof workspaceUpdate>;

export const identity = z
  .object({
    workspace,
    role,
    readOnly: z.boolean().meta({ description: 'A token that changes nothing, whatever its role' }),
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
    status: 200,
    response: identity,
  }),
  getWorkspace: defineRoute({
    method: 'GET',
    path: '/v1/workspace',
    tag: 'access',
    summary: 'The number of assets in the workspace, and its limit',
    action: 'assets.see',
    status: 200,
    response: workspaceSettings,
  }),
  updateWorkspace: defineRoute({
    method: 'PATCH',
    path: '/v1/workspace',
    tag: 'access',
    summary: 'Change how many assets it may have',
    description: 'No asset is dropped. Those beyond the limit are marked, piece by piece, in the background.',
    action: 'workspace.change',
    body: workspaceUpdate,
    status: 200,
    response: workspaceSettings,
    audit: 'workspace.updated',
  }),
} as const;
