import { z } from 'zod';
import { id, page, pageQuery, timestamp } from '../common.ts';
import { defineRoute } from '../route.ts';
import { assetFilterBody } from './asset-filter.ts';
import { parentTokenId } from './tokens.ts';

/** The filter of assets, as JSON has it. Assets that have gone are found, too: their links say so. */
export const linkFilter = assetFilterBody.omit({ status: true });

/** What a link opens. */
export const linkScope = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('asset'), assetId: id('asset') }),
    z.strictObject({ kind: z.literal('filter'), filter: linkFilter }),
  ])
  .meta({
    description:
      '`asset`: one asset; `filter`: each asset that matches when it is opened. A filter without a condition opens all assets of the workspace',
  });
export type LinkScope = z.infer<typeof linkScope>;

/** An origin as browsers send it: scheme, host, and the port if it is not the default one. */
const origin = z.string().refine(text => URL.canParse(text) && new URL(text).origin === text, {
  error: 'expected an origin such as https://labels.example.com, without a path',
});

const origins = z.array(origin).min(1).max(20).nullable().meta({
  description:
    'Only pages of these origins may use it. Mooring goes by the headers Origin and Referer, which browsers send; other programs can write them as they like. null: no limit',
});

export const link = z
  .object({
    id: id('link'),
    name: z.string(),
    scope: linkScope.meta({ id: 'LinkScope' }),
    origins,
    hint: z.string().meta({ description: 'The first characters of its token, to tell links apart' }),
    memberId: id('member').nullable().meta({ description: 'Who made it; null: a service token' }),
    memberName: z.string().nullable(),
    createdAt: timestamp,
    expiresAt: timestamp,
    lastUsedAt: timestamp.nullable(),
    parentTokenId,
  })
  .meta({ id: 'Link' });
export type Link = z.infer<typeof link>;

export const linkCreate = z.strictObject({
  name: z.string().trim().min(1).max(120).meta({ description: 'What it is for' }),
  scope: linkScope,
  origins: origins.default(null),
  expiresInSeconds: z
    .number()
    .int()
    .min(60)
    .max(366 * 86_400)
    .default(30 * 86_400),
});
export type LinkCreate = z.input<typeof linkCreate>;

export const linkCreated = link
  .extend({
    token: z.string().meta({ description: 'Shown once; only its hash is stored' }),
    url: z.string().meta({
      description:
        'Of the asset. Where it opens many, it ends with `{assetId}`, to be replaced by the id of an asset. `/` and a file name may follow, for programs that look at the end of a URL',
    }),
  })
  .meta({ id: 'LinkCreated' });
export type LinkCreated = z.infer<typeof linkCreated>;

/** Marks the token of a link as Mooring's, so that logs leave it out. */
export const LINK_TOKEN_PREFIX = 'mrl_';

/** Whether a text can be the token of a link: whole, and of nothing else. */
export const isLinkToken = (text: string): boolean => /^mrl_[\w-]{43}$/.test(text);

/**
 * The address under which a link opens an asset.
 * @param name of the file, for programs that look at the end of a URL; the server ignores it
 */
export const linkUrl = (baseUrl: string, token: string, assetId: string, name?: string): string =>
  `${baseUrl}/link/${token}/${assetId}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;

/** Links that carry their own authority. */
export const linkRoutes = {
  listLinks: defineRoute({
    method: 'GET',
    path: '/v1/links',
    tag: 'delivery',
    summary: 'Links that still work, newest first',
    action: 'links.see',
    query: pageQuery,
    status: 200,
    response: page(link),
  }),
  createLink: defineRoute({
    method: 'POST',
    path: '/v1/links',
    tag: 'delivery',
    summary: 'Make a link that opens assets without signing in; its token is shown only in this answer',
    description:
      'Who has the link needs no other credential. It ends with its maker, and one that a token makes ends with the token at the latest.',
    action: 'links.change',
    body: linkCreate,
    status: 201,
    response: linkCreated,
    audit: 'link.created',
  }),
  deleteLink: defineRoute({
    method: 'DELETE',
    path: '/v1/links/:linkId',
    tag: 'delivery',
    summary: 'Revoke a link at once',
    action: 'links.change',
    params: z.object({ linkId: id('link') }),
    status: 204,
    response: null,
    audit: 'link.revoked',
  }),
} as const;
