import { z } from 'zod';
import { id } from '../common.ts';
import { defineRoute } from '../route.ts';
import { assetFilterBody } from './asset-filter.ts';
import { metadataChange, tagChange } from './client-metadata.ts';
import { operation } from './operations.ts';

/** So many assets are changed while the caller waits. */
export const MOST_EDITED_AT_ONCE = 1000;

const assetIds = z.array(id('asset')).min(1).max(MOST_EDITED_AT_ONCE);

/** What became of assets that were to be changed. */
export const assetEditResult = z
  .object({
    changed: z.number().int(),
    unchanged: z.number().int().meta({ description: 'They were so already' }),
    refused: z.array(z.object({ assetId: id('asset'), message: z.string() })).meta({
      description: 'They would have too many tags or too much metadata; nothing of them is changed',
    }),
    missing: z.array(id('asset')).meta({ description: 'There are no such assets' }),
  })
  .meta({ id: 'AssetEditResult' });
export type AssetEditResult = z.infer<typeof assetEditResult>;

export const assetEdit = z
  .strictObject({
    filter: assetFilterBody.meta({ description: 'As in the list of assets; `{}`: all that are present' }),
    tags: tagChange.optional(),
    metadata: metadataChange.optional(),
  })
  .refine(({ tags, metadata }) => tags || metadata, 'expected tags, metadata or both');
export type AssetEdit = z.output<typeof assetEdit>;

/** Tags and client metadata of many assets. No sync changes them, and tombstones keep them. */
export const assetEditRoutes = {
  tagAssets: defineRoute({
    method: 'POST',
    path: '/v1/assets/tags',
    tag: 'catalogue',
    summary: 'Put tags on assets, and take tags off',
    action: 'assets.tag',
    body: z.strictObject({ assetIds, tags: tagChange }),
    status: 200,
    response: assetEditResult,
    audit: 'assets.tagged',
  }),
  describeAssets: defineRoute({
    method: 'POST',
    path: '/v1/assets/metadata',
    tag: 'catalogue',
    summary: 'Change the client metadata of assets',
    action: 'assets.describe',
    body: z.strictObject({ assetIds, metadata: metadataChange }),
    status: 200,
    response: assetEditResult,
    audit: 'assets.described',
  }),
  editAssets: defineRoute({
    method: 'POST',
    path: '/v1/asset-edits',
    tag: 'catalogue',
    summary: 'Change tags and client metadata of all assets that match a filter',
    description:
      'Each asset that was there when the edit began is looked at once. It is changed if it matches then.',
    action: 'assets.describe',
    body: assetEdit,
    status: 202,
    response: operation,
    audit: 'assets.described',
  }),
} as const;
