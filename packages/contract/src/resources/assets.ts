import { z } from 'zod';
import { id, page, pageQuery, timestamp } from '../common.ts';
import { problem } from '../problem.ts';
import { defineRoute } from '../route.ts';
import { archiveState, assetFilter, assetSort } from './asset-filter.ts';
import { assetKind } from './asset-kind.ts';
import { assetMedia } from './media-facts.ts';
import { assetFailure } from './profiles.ts';
import { MOST_SIGNED_SECONDS } from './workspace.ts';

export const asset = z
  .object({
    id: id('asset'),
    connectionId: id('connection'),
    sourceId: id('source'),
    folderId: id('folder'),
    key: z.string().meta({ description: 'The whole key in its container' }),
    name: z.string().meta({ description: 'The last part of the key' }),
    tags: z.array(z.string()).meta({ description: 'In the order of their letters' }),
    title: z.string().nullable().meta({ description: 'As the list called it that registered it' }),
    clientMetadata: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'What its owner says of it; Mooring keeps it as it is' }),
    kind: assetKind.meta({ description: 'By content where that is known, else by type and name' }),
    contentType: z.string().nullable(),
    sizeBytes: z.number().int(),
    etag: z.string(),
    tier: z.string().nullable().meta({ description: 'The name that the service gives to its tier' }),
    archiveState,
    lastModified: timestamp,
    status: z.enum(['present', 'gone']),
    goneAt: timestamp.nullable(),
    goneReason: z.enum(['removed', 'filtered']).nullable().meta({
      description: '`removed`: the object has gone; `filtered`: the filters of the source leave it out',
    }),
    media: assetMedia.nullable().meta({
      description: 'What its bytes say; null until it is probed, and again once it has changed',
    }),
    failedRules: z.array(assetFailure).meta({
      description: 'Why it does not fit the profile of its source; empty where it fits as far as is known',
    }),
    overQuota: z.boolean().meta({ description: 'It is beyond the number of assets the workspace may have' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Asset' });
export type Asset = z.infer<typeof asset>;

export const assetListQuery = assetFilter.extend({ sort: assetSort, ...pageQuery.shape });

export const assetAnchorsQuery = assetFilter.extend({
  sort: assetSort,
  every: z.coerce.number().int().min(10).max(1000).default(200),
});

/** Cursors into a filtered list at regular steps, so that a grid can open at any position. */
export const assetAnchors = z
  .object({
    total: z.number().int(),
    every: z.number().int(),
    more: z.boolean().meta({
      description: 'More match than `total`: only the first 50,000 of such a list have positions',
    }),
    cursors: z.array(z.string().nullable()).meta({
      description: 'cursors[i] opens the page that begins at position i × every; the first is null',
    }),
  })
  .meta({ id: 'AssetAnchors' });
export type AssetAnchors = z.infer<typeof assetAnchors>;

export const ASSET_FACETS = [
  'kind',
  'mediaType',
  'codec',
  'tier',
  'archiveState',
  'warning',
  'profileResult',
  'failedRule',
  'tag',
] as const;
export type AssetFacet = (typeof ASSET_FACETS)[number];

/** Counts beside the choices of a filter. */
export const assetFacets = z
  .object({
    total: z.number().int(),
    estimated: z.boolean().meta({ description: 'Counted in a sample, and rounded to two digits' }),
    facets: z
      .record(z.enum(ASSET_FACETS), z.array(z.object({ value: z.string(), count: z.number().int() })))
      .meta({ description: 'Of each facet the 50 most frequent choices, most frequent first' }),
  })
  .meta({ id: 'AssetFacets' });
export type AssetFacets = z.infer<typeof assetFacets>;

export const signRequest = z.strictObject({
  assetIds: z.array(id('asset')).min(1).max(1000),
  expiresInSeconds: z.number().int().min(1).max(MOST_SIGNED_SECONDS).optional().meta({
    description:
      'How long the URLs should work; default: the signing window of the installation. Up to an hour; service tokens up to `maxSigningSeconds` of the workspace. A URL can end earlier, with what signs it: `expiresAt` says when',
  }),
});
export type SignRequest = z.input<typeof signRequest>;

/** A URL that a browser can load, and until when. `url` is a secret: it carries the right to read. */
export const signedUrl = z
  .object({
    assetId: id('asset'),
    url: z.url(),
    expiresAt: timestamp,
    delivery: z.enum(['direct', 'relay']),
    contentType: z.string().nullable().meta({
      description:
        'Of the answer, as far as it is known. Where the stored one says nothing, it is the one by content or name, if the service can be asked for it.',
    }),
  })
  .meta({ id: 'SignedUrl' });
export type SignedUrl = z.infer<typeof signedUrl>;

export const signResult = z
  .object({
    items: z.array(signedUrl),
    problems: z.array(z.object({ assetId: id('asset'), problem })),
  })
  .meta({ id: 'SignResult' });
export type SignResult = z.infer<typeof signResult>;

const params = z.object({ assetId: id('asset') });

/** Assets, and the URLs that open them. */
export const assetRoutes = {
  listAssets: defineRoute({
    method: 'GET',
    path: '/v1/assets',
    tag: 'catalogue',
    summary: 'Assets that match, in the order asked for',
    action: 'assets.see',
    partly: 'filter',
    query: assetListQuery,
    status: 200,
    response: page(asset),
  }),
  getAssetAnchors: defineRoute({
    method: 'GET',
    path: '/v1/assets/anchors',
    tag: 'catalogue',
    summary: 'How many assets match, and cursors into the list at regular steps',
    action: 'assets.see',
    partly: 'filter',
    query: assetAnchorsQuery,
    status: 200,
    response: assetAnchors,
  }),
  getAssetFacets: defineRoute({
    method: 'GET',
    path: '/v1/assets/facets',
    tag: 'catalogue',
    summary: 'How many assets match, and how many there are of each choice',
    description:
      'The counts of one facet are those that its own filter would leave if it were another. Of very many assets they are estimated from a sample, and say so.',
    action: 'assets.see',
    partly: 'filter',
    query: assetFilter,
    status: 200,
    response: assetFacets,
  }),
  getAsset: defineRoute({
    method: 'GET',
    path: '/v1/assets/:assetId',
    tag: 'catalogue',
    summary: 'One asset',
    action: 'assets.see',
    partly: 'assets',
    params,
    status: 200,
    response: asset,
  }),
  signAssets: defineRoute({
    method: 'POST',
    path: '/v1/assets/sign',
    tag: 'delivery',
    summary: 'Short-lived URLs for up to 1,000 assets',
    description: 'Assets that cannot be signed are listed in `problems`. The others are signed.',
    action: 'assets.see',
    partly: 'assets',
    body: signRequest,
    status: 200,
    response: signResult,
  }),
  getAssetContent: defineRoute({
    method: 'GET',
    path: '/v1/assets/:assetId/content',
    tag: 'delivery',
    summary: 'The stable link of an asset: redirects to a fresh short-lived URL',
    action: 'assets.see',
    partly: 'assets',
    params,
    status: 302,
    response: null,
  }),
  getAssetThumbnail: defineRoute({
    method: 'GET',
    path: '/v1/assets/:assetId/thumbnail',
    tag: 'delivery',
    summary: 'A small picture of an asset',
    description:
      'Upright, and at most `size` pixels wide and high. WebP, or AVIF where `Accept` likes that better. Answers `thumbnail_unavailable` with the reason where there is none.',
    action: 'assets.see',
    partly: 'assets',
    params,
    query: z.strictObject({
      size: z.coerce
        .number()
        .pipe(z.literal([256, 512]))
        .default(256)
        .meta({ description: 'Pixels of the longer side' }),
      etag: z.string().max(1024).optional().meta({
        description: 'Of the asset. Clients may then keep the answer: another object has another address.',
      }),
    }),
    status: 200,
    response: null,
    mediaTypes: ['image/webp', 'image/avif'],
  }),
} as const;
