import { z } from 'zod';
import { id, page, pageQuery, revision, timestamp } from '../common.ts';
import { filtersProblem, GLOB_LIMITS } from '../globs.ts';
import { defineRoute } from '../route.ts';
import { operation } from './operations.ts';
import { profileName } from './profiles.ts';

const shown = (count: number): string => count.toLocaleString('en');
const glob = z
  .string()
  .min(1, { error: 'is empty; expected a glob such as **/*.jpg. Leave it out to match nothing' })
  .max(GLOB_LIMITS.characters, {
    error: ({ input }) =>
      `has ${shown((input as string).length)} characters; a glob has at most ${shown(GLOB_LIMITS.characters)}. Use * in place of long names`,
  });
const globs = z
  .array(glob)
  .max(GLOB_LIMITS.globs, {
    abort: true,
    error: ({ input }) =>
      `has ${shown((input as string[]).length)} globs; at most ${GLOB_LIMITS.globs} are possible. Join some with braces, e.g. *.{jpg,png}`,
  })
  .default([]);
/** Which keys of a source become assets. Globs match what comes after the source's prefix. */
export const sourceFilters = z
  .strictObject({
    include: globs.meta({ description: 'Only these; empty: all' }),
    exclude: globs.meta({ description: 'Not these, even where included' }),
  })
  .superRefine((filters, context) => {
    const problem = filtersProblem(filters);
    if (problem) context.addIssue({ code: 'custom', ...problem });
  })
  .meta({
    id: 'SourceFilters',
    description:
      'Globs over the key after the prefix: `*` and `?` stay within a directory, `**` does not, `{a,b}` is either',
  });
export type SourceFilters = z.output<typeof sourceFilters>;
const filtersInForce = z
  .object({ include: z.array(z.string()), exclude: z.array(z.string()) })
  .meta({ id: 'SourceFiltersInForce', description: 'All filters of a source' });

export const sourceSchedule = z
  .strictObject({ everySeconds: z.number().int().min(60).max(31_536_000) })
  .meta({
    id: 'SourceSchedule',
    description: 'Time from the start of one sync to the next that starts by itself',
  });

export const maxRemovedShare = z.number().min(0).max(1).meta({
  description:
    'A sync that would tombstone more than this share of the assets, and at least 100 or all of at least 10, stops before it does that; 1: never',
});

const probes = z.boolean().meta({
  description: 'Whether Mooring reads what assets are, from few of their bytes, after they come or change',
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
      description: 'Why no sync starts by itself although one is due; null where nothing prevents it',
    }),
    probes,
    profile: profileName.meta({ description: 'The rules that its assets must meet' }),
    registeredAs: z.string().nullable().meta({
      description:
        'The folder that its assets were registered into: such a source is never synced. Null: it is synced.',
    }),
    judging: z.boolean().meta({
      description:
        'Its assets are being judged by a profile that has changed; until then some results are of the former one',
    }),
    revision,
    createdAt: timestamp,
  })
  .meta({ id: 'Source' });
export type Source = z.infer<typeof source>;

export const sourceCreate = z.strictObject({
  connectionId: id('connection'),
  container: z.string().max(255).optional().meta({ description: "Default: the connection's container" }),
  prefix: z.string().max(1024).optional().meta({ description: "Default: the connection's prefix" }),
  folderName: z.string().trim().min(1).max(200).optional().meta({
    description: 'The top folder its assets appear in; default: the container, with the prefix',
  }),
  filters: sourceFilters.optional(),
  maxRemovedShare: maxRemovedShare.optional().meta({ description: 'Default: 0.5' }),
  schedule: sourceSchedule.nullable().optional(),
  probes: probes.optional().meta({ description: 'Default: true' }),
  profile: profileName.optional().meta({ description: 'Default: none' }),
});
export type SourceCreate = z.input<typeof sourceCreate>;

export const sourceUpdate = z.strictObject({
  filters: sourceFilters.optional(),
  maxRemovedShare: maxRemovedShare.optional(),
  schedule: sourceSchedule.nullable().optional(),
  probes: probes.optional(),
  profile: profileName.optional(),
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
    complete: z.boolean().meta({ description: 'Whether these are all objects' }),
    samples: z.object({ included: z.array(z.string()), excluded: z.array(z.string()) }),
  })
  .meta({ id: 'SourcePreview' });
export type SourcePreview = z.infer<typeof sourcePreview>;

export const syncRequest = z.strictObject({
  dryRun: z.boolean().optional().meta({ description: 'Count and show what would change; write no asset' }),
  confirmRemovals: z.boolean().optional().meta({
    description: 'Tombstone assets whose objects are gone, also if they are a large share of the source',
  }),
});
export type SyncRequest = z.infer<typeof syncRequest>;

export const sourceParams = z.object({ sourceId: id('source') });

/** Sources, and their syncs. */
export const sourceRoutes = {
  listSources: defineRoute({
    method: 'GET',
    path: '/v1/sources',
    tag: 'sources',
    summary: 'Sources, oldest first',
    action: 'assets.see',
    query: pageQuery.extend({ connectionId: id('connection').optional() }),
    status: 200,
    response: page(source),
  }),
  createSource: defineRoute({
    method: 'POST',
    path: '/v1/sources',
    tag: 'sources',
    summary: 'Choose a container and prefix to sync into a folder',
    action: 'sources.change',
    body: sourceCreate,
    status: 201,
    response: source,
    audit: 'source.created',
  }),
  getSource: defineRoute({
    method: 'GET',
    path: '/v1/sources/:sourceId',
    tag: 'sources',
    summary: 'One source',
    action: 'assets.see',
    params: sourceParams,
    status: 200,
    response: source,
  }),
  updateSource: defineRoute({
    method: 'PATCH',
    path: '/v1/sources/:sourceId',
    tag: 'sources',
    summary: 'Change its filters, guard or schedule; filters take effect with the next sync',
    action: 'sources.change',
    params: sourceParams,
    body: sourceUpdate,
    status: 200,
    response: source,
    audit: 'source.updated',
  }),
  deleteSource: defineRoute({
    method: 'DELETE',
    path: '/v1/sources/:sourceId',
    tag: 'sources',
    summary: 'Stop using it at once, then remove its assets',
    description: 'Nothing in the storage is touched. A running sync of it is cancelled.',
    action: 'connections.change',
    params: sourceParams,
    status: 202,
    response: operation,
    audit: 'source.removed',
  }),
  previewSource: defineRoute({
    method: 'POST',
    path: '/v1/sources/preview',
    tag: 'sources',
    summary: 'What filters would include, from the first pages of a listing',
    action: 'sources.change',
    body: sourcePreviewRequest,
    status: 200,
    response: sourcePreview,
  }),
  syncSource: defineRoute({
    method: 'POST',
    path: '/v1/sources/:sourceId/sync',
    tag: 'sources',
    summary: 'Bring the catalogue in line with what the storage lists',
    action: 'sources.change',
    params: sourceParams,
    body: syncRequest.prefault({}),
    status: 202,
    response: operation,
  }),
} as const;
