import { z } from 'zod';
import { id, timestamp } from './common.ts';

/** What a credential may do; each includes the ones before it. */
export const SCOPES = ['read', 'write', 'admin'] as const;
export const scope = z.enum(SCOPES);
export type Scope = z.infer<typeof scope>;

export const workspace = z
  .object({ id: id('workspace'), name: z.string(), createdAt: timestamp })
  .meta({ id: 'Workspace' });

/** How many assets the workspace may have, and has. */
export const workspaceSettings = workspace
  .extend({
    maxAssets: z.number().int().nullable().meta({
      description: 'Assets beyond so many, the newest, are kept and marked as over quota; null: no limit',
    }),
    assetCount: z.number().int(),
    overQuotaCount: z.number().int().meta({ description: 'How many of them are beyond maxAssets' }),
    settled: z.boolean().meta({
      description: 'Whether the marks of the assets agree with it; after a change that takes a while',
    }),
  })
  .meta({ id: 'WorkspaceSettings' });
export type WorkspaceSettings = z.infer<typeof workspaceSettings>;

export const workspaceUpdate = z.strictObject({ maxAssets: z.number().int().min(0).nullable() });
export type WorkspaceUpdate = z.infer<typeof workspaceUpdate>;

export const identity = z
  .object({
    workspace,
    scope,
    via: z.enum(['session', 'token']),
    name: z.string(),
    expiresAt: timestamp.nullable(),
  })
  .meta({ id: 'Identity' });
export type Identity = z.infer<typeof identity>;

export const token = z
  .object({
    id: id('token'),
    name: z.string(),
    scope,
    hint: z.string().meta({ description: 'The first characters, to tell tokens apart' }),
    createdAt: timestamp,
    expiresAt: timestamp,
    lastUsedAt: timestamp.nullable(),
  })
  .meta({ id: 'Token' });
export type Token = z.infer<typeof token>;

export const tokenCreate = z.strictObject({
  name: z.string().trim().min(1).max(120),
  scope,
  expiresInSeconds: z
    .number()
    .int()
    .min(60)
    .max(366 * 86_400)
    .default(90 * 86_400),
});
export type TokenCreate = z.input<typeof tokenCreate>;

export const tokenCreated = token
  .extend({ secret: z.string().meta({ description: 'Shown once; only its hash is stored' }) })
  .meta({ id: 'TokenCreated' });
export type TokenCreated = z.infer<typeof tokenCreated>;

export const signInLink = z
  .object({ url: z.url(), expiresAt: timestamp })
  .meta({ id: 'SignInLink', description: 'Works once' });
export type SignInLink = z.infer<typeof signInLink>;

/** The address of a sign-in link. The code stands after the `#`, so that it reaches no server's log. */
export const signInUrl = (baseUrl: string, code: string): string => `${baseUrl}/sign-in#code=${code}`;

/** The code of a sign-in link, or null where the address holds none. */
export const signInCode = (url: string): string | null => /#code=([\w-]+)$/.exec(url)?.[1] ?? null;
