import { z } from 'zod';
import { azureContainerProblem } from './azure-names.ts';
import { id, pageQuery, timestamp } from './common.ts';
import { problem } from './problem.ts';

export const assetKind = z.enum(['image', 'video', 'audio', 'pdf', 'dicom', 'nifti', 'text', 'other']);
export type AssetKind = z.infer<typeof assetKind>;
export const ASSET_KINDS = assetKind.options;

const glob = z.string().min(1).max(1024);
/** Which keys of a source become assets. Globs match what comes after the source's prefix. */
export const sourceFilters = z
  .strictObject({
    include: z.array(glob).max(100).default([]).meta({ description: 'Only these; empty: all' }),
    exclude: z.array(glob).max(100).default([]).meta({ description: 'Not these, even where included' }),
  })
  .meta({
    id: 'SourceFilters',
    description:
      'Globs over the key after the prefix: `*` and `?` stay within a directory, `**` does not, `{a,b}` is either',
  });
export type SourceFilters = z.output<typeof sourceFilters>;
const filtersInForce = z
  .object({ include: z.array(z.string()), exclude: z.array(z.string()) })
  .meta({ id: 'SourceFiltersInForce', description: 'The filters of a source, with nothing left out' });

export const sourceSchedule = z
  .strictObject({ everySeconds: z.number().int().min(60).max(31_536_000) })
  .meta({ id: 'SourceSchedule', description: 'Sync by itself, so long after the last sync began' });

export const maxRemovedShare = z.number().min(0).max(1).meta({
  description:
    'A sync that would tombstone more than this share of the assets, and at least 100 or all of at least 10, stops before it does; 1: never',
});

export const source = z
  .object({
    id: id('source'),
    connectionId: id('connection'),
    folderId: id('folder'),
    container: z.string(),
    prefix: z.string(),
    assetCount: z.number().int(),
    goneCount: z.number().int().meta({ description: 'Tombstones: assets whose object has gone' }),
    lastSyncedAt: timestamp.nullable(),
    lastOperationId: id('operation').nullable(),
    filters: filtersInForce,
    maxRemovedShare,
    schedule: z.object(sourceSchedule.shape).nullable(),
    syncHeld: z.string().nullable().meta({
      description: 'Why no sync starts by itself although one is due; null where nothing is in the way',
    }),
    createdAt: timestamp,
  })
  .meta({ id: 'Source' });
export type Source = z.infer<typeof source>;

export const sourceCreate = z.strictObject({
  connectionId: id('connection'),
  container: z
    .string()
    .refine(name => azureContainerProblem(name) === null, {
      error: ({ input }) => azureContainerProblem(String(input)) ?? '',
    })
    .optional()
    .meta({ description: "Default: the connection's container" }),
  prefix: z.string().max(1024).optional().meta({ description: "Default: the connection's prefix" }),
  folderName: z.string().trim().min(1).max(200).optional().meta({
    description: 'The top folder its assets appear in; default: the container, with the prefix',
  }),
  filters: sourceFilters.optional(),
  maxRemovedShare: maxRemovedShare.optional().meta({ description: 'Default: 0.5' }),
  schedule: sourceSchedule.nullable().optional(),
});
export type SourceCreate = z.input<typeof sourceCreate>;

export const sourceUpdate = z.strictObject({
  filters: sourceFilters.optional(),
  maxRemovedShare: maxRemovedShare.optional(),
  schedule: sourceSchedule.nullable().optional(),
});
export type SourceUpdate = z.input<typeof sourceUpdate>;

export const sourcePreviewRequest = z.strictObject({
  connectionId: id('connection'),
  container: sourceCreate.shape.container,
  prefix: sourceCreate.shape.prefix,
  filters: sourceFilters.default({ include: [], exclude: [] }),
});
export type SourcePreviewRequest = z.input<typeof sourcePreviewRequest>;

/** What filters would do to the first objects that a listing shows. */
export const sourcePreview = z
  .object({
    listed: z.number().int(),
    included: z.number().int(),
    excluded: z.number().int(),
    complete: z.boolean().meta({ description: 'Whether that was all there is' }),
    samples: z.object({ included: z.array(z.string()), excluded: z.array(z.string()) }),
  })
  .meta({ id: 'SourcePreview' });
export type SourcePreview = z.infer<typeof sourcePreview>;

export const counts = z
  .object({ assets: z.number().int(), sizeBytes: z.number().int() })
  .meta({ description: 'Counts of assets that are present, tombstones left out' });

export const folder = z
  .object({
    id: id('folder'),
    parentId: id('folder').nullable(),
    sourceId: id('source').nullable(),
    name: z.string(),
    path: z.array(z.string()).meta({ description: 'Names from the top folder down to this one' }),
    direct: counts,
    total: counts.meta({ description: 'With everything below it' }),
    byKind: z.partialRecord(assetKind, z.number().int()).meta({ description: 'Total assets of each kind' }),
    childCount: z.number().int(),
  })
  .meta({ id: 'Folder' });
export type Folder = z.infer<typeof folder>;

export const asset = z
  .object({
    id: id('asset'),
    connectionId: id('connection'),
    sourceId: id('source'),
    folderId: id('folder'),
    key: z.string().meta({ description: 'The whole key in its container' }),
    name: z.string().meta({ description: 'The last part of the key' }),
    kind: assetKind,
    contentType: z.string().nullable(),
    sizeBytes: z.number().int(),
    etag: z.string(),
    tier: z.string().nullable(),
    lastModified: timestamp,
    status: z.enum(['present', 'gone']),
    goneAt: timestamp.nullable(),
    goneReason: z.enum(['removed', 'filtered']).nullable().meta({
      description: '`removed`: the object has gone; `filtered`: the filters of the source leave it out',
    }),
    overQuota: z.boolean().meta({ description: 'It is beyond the number of assets the workspace may have' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Asset' });
export type Asset = z.infer<typeof asset>;

/** Which assets: all filters are joined by and. The order is always source, then key in byte order. */
export const assetFilter = z.strictObject({
  folderId: id('folder').optional(),
  recursive: z.stringbool().default(true).meta({ description: 'With folderId: also what lies below it' }),
  sourceId: id('source').optional(),
  connectionId: id('connection').optional(),
  kind: assetKind.optional(),
  name: z.string().max(1024).optional().meta({ description: 'Part of the key, in any case' }),
  status: z.enum(['present', 'gone', 'any']).default('present'),
});
export type AssetFilter = z.output<typeof assetFilter>;
export const assetListQuery = assetFilter.extend(pageQuery.shape);

export const assetAnchorsQuery = assetFilter.extend({
  every: z.coerce.number().int().min(10).max(1000).default(200),
});

/** Cursors into a filtered list at regular steps, so that a grid can open at any position. */
export const assetAnchors = z
  .object({
    total: z.number().int(),
    every: z.number().int(),
    cursors: z.array(z.string().nullable()).meta({
      description: 'cursors[i] opens the page that begins at position i × every; the first is null',
    }),
  })
  .meta({ id: 'AssetAnchors' });
export type AssetAnchors = z.infer<typeof assetAnchors>;

export const signRequest = z.strictObject({
  assetIds: z.array(id('asset')).min(1).max(1000),
  expiresInSeconds: z.number().int().min(1).max(3600).optional().meta({
    description: 'How long the URLs should work; default: the signing window of the installation',
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
