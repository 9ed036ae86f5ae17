import { z } from 'zod';
import { id, page, pageQuery, timestamp } from '../common.ts';
import { role } from '../roles.ts';
import { defineRoute } from '../route.ts';

/** Of what was made with a token, or in a session that came from one. */
export const parentTokenId = id('token').nullable().meta({
  description: 'The token that it ends with and is revoked with; null where a person made it',
});

/** What a list shows of links that still work: never the links themselves. */
export const linkListed = <K extends 'signInLink' | 'setupLink'>(kind: K) =>
  z.object({ id: id(kind), createdAt: timestamp, expiresAt: timestamp, parentTokenId });

export const tokenKind = z.enum(['personal', 'service']).meta({
  id: 'TokenKind',
  description:
    '`personal`: it is a member’s, may do no more than they, and ends when they leave; `service`: it belongs to the workspace',
});
export type TokenKind = z.infer<typeof tokenKind>;

/** The part of the data that a token opens. */
export const tokenScope = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('connection'), connectionId: id('connection') }),
    z.strictObject({ kind: z.literal('folder'), folderId: id('folder') }),
  ])
  .meta({
    description:
      '`connection`: assets of one connection; `folder`: those in one folder and below it. Such a token finds and opens these assets, and does nothing else, in any role',
  });
export type TokenScope = z.infer<typeof tokenScope>;
/** As answers have it. */
export const tokenScopeAnswered = tokenScope.meta({ id: 'TokenScope' }).nullable();

const readOnly = z.boolean().meta({ description: 'It may do what its role may, but change nothing' });

export const token = z
  .object({
    id: id('token'),
    name: z.string(),
    role,
    readOnly,
    scope: tokenScopeAnswered.meta({ description: 'null: all that its role allows' }),
    kind: tokenKind,
    memberId: id('member').nullable().meta({ description: 'Whose it is; null: a service token' }),
    memberName: z.string().nullable(),
    hint: z.string().meta({ description: 'The first characters, to tell tokens apart' }),
    createdAt: timestamp,
    expiresAt: timestamp,
    lastUsedAt: timestamp.nullable(),
    parentTokenId,
  })
  .meta({ id: 'Token' });
export type Token = z.infer<typeof token>;

export const tokenCreate = z.strictObject({
  name: z.string().trim().min(1).max(120),
  role,
  readOnly: readOnly.default(false),
  scope: tokenScope.nullable().default(null),
  kind: tokenKind.optional().meta({
    description: 'Default: `personal` where a person makes it, `service` where a service token does',
  }),
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

/** API tokens. */
export const tokenRoutes = {
  listTokens: defineRoute({
    method: 'GET',
    path: '/v1/tokens',
    tag: 'access',
    summary: 'API tokens, newest first',
    action: 'people.see',
    query: pageQuery,
    status: 200,
    response: page(token),
  }),
  createToken: defineRoute({
    method: 'POST',
    path: '/v1/tokens',
    tag: 'access',
    summary: 'Make an API token; its secret is shown only in this answer',
    description: 'A token that is made with a token ends with that token at the latest.',
    action: 'tokens.change',
    body: tokenCreate,
    status: 201,
    response: tokenCreated,
    audit: 'token.created',
  }),
  deleteToken: defineRoute({
    method: 'DELETE',
    path: '/v1/tokens/:tokenId',
    tag: 'access',
    summary: 'Revoke a token at once, with all tokens, links and sessions that came from it',
    action: 'tokens.change',
    params: z.object({ tokenId: id('token') }),
    status: 204,
    response: null,
    audit: 'token.revoked',
  }),
} as const;
