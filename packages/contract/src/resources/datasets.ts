import { z } from 'zod';
import { byteSum, id, page, pageQuery, revision, timestamp } from '../common.ts';
import { defineRoute } from '../route.ts';
import { assetFilterBody } from './asset-filter.ts';
import { operation } from './operations.ts';

export const SPLITS = ['train', 'validation', 'test'] as const;
export const split = z.enum(SPLITS).meta({ id: 'Split' });
export type Split = z.infer<typeof split>;

const share = z.number().int().min(0).max(10_000);

const shares = z
  .strictObject({ train: share, validation: share, test: share })
  .refine(({ train, validation, test }) => train + validation + test > 0, 'expected a share above 0')
  .meta({ description: 'Parts of the whole: 80, 10 and 10, or 3, 1 and 0' });

const by = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('key') }),
    z.strictObject({ kind: z.literal('folder') }),
    z.strictObject({ kind: z.literal('metadata'), key: z.string().min(1).max(200) }),
  ])
  .meta({
    description:
      'What decides, so that those that share it are in one split. `key`: the whole key; `folder`: what stands before the name in the key; `metadata`: a value of the client metadata, such as a patient. Members without that value are in no split',
  });

const seed = z
  .string()
  .max(100)
  .regex(/^[^\0\p{Cs}]*$/u, 'holds a NUL or half of a surrogate pair')
  .meta({ description: 'Another seed divides in another way. Datasets with one seed agree with each other' });

/** How the members of a version are divided. What decides is hashed, so that no other member matters. */
export const splitRule = z.strictObject({ shares, by, seed }).meta({ id: 'SplitRule' });
export type SplitRule = z.infer<typeof splitRule>;

const splitRuleAsked = z
  .strictObject({ shares, by: by.default({ kind: 'key' }), seed: seed.default('') })
  .meta({ id: 'SplitRuleAsked' });

const splitCounts = z
  .object({
    train: z.number().int(),
    validation: z.number().int(),
    test: z.number().int(),
    none: z.number().int().meta({ description: 'In no split' }),
  })
  .meta({ id: 'SplitCounts' });
export type SplitCounts = z.infer<typeof splitCounts>;

/** Of a dataset, by hand in one request. */
export const MOST_MEMBERS_BY_HAND = 10_000;

/** Assets that come into a version, or leave it. */
const part = z
  .strictObject({
    assetIds: z.array(id('asset')).min(1).max(MOST_MEMBERS_BY_HAND).optional(),
    filter: assetFilterBody.optional(),
  })
  .refine(({ assetIds, filter }) => (assetIds === undefined) !== (filter === undefined), {
    message: 'expected either assetIds or filter',
  });

export const datasetVersionCreate = z.strictObject({
  keep: z.boolean().default(true).meta({
    description: 'Begin with the members of the newest version that are still there; false: with none',
  }),
  add: z.array(part).max(10).default([]),
  remove: z.array(part).max(10).default([]).meta({ description: 'Taken out last' }),
  note: z.string().trim().max(500).default(''),
});
export type DatasetVersionCreate = z.output<typeof datasetVersionCreate>;

/** What a dataset was at a time. It never changes. */
export const datasetVersion = z
  .object({
    version: z.number().int().meta({ description: 'Counts from 1' }),
    note: z.string(),
    members: z.number().int(),
    sizeBytes: byteSum,
    splits: splitCounts,
    splitRule: splitRule.nullable(),
    added: z.number().int().meta({ description: 'Against the version before, as `changed` and `gone`' }),
    changed: z.number().int(),
    gone: z.number().int(),
    operationId: id('operation'),
    createdAt: timestamp,
  })
  .meta({ id: 'DatasetVersion' });
export type DatasetVersion = z.infer<typeof datasetVersion>;

export const dataset = z
  .object({
    id: id('dataset'),
    name: z.string(),
    description: z.string(),
    splitRule: splitRule.nullable().meta({ description: 'Of versions that are made from now on' }),
    latest: datasetVersion.nullable().meta({ description: 'The newest version; null before the first' }),
    revision,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Dataset' });
export type Dataset = z.infer<typeof dataset>;

const words = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^[^\0\p{Cs}]*$/u, 'holds a NUL or half of a surrogate pair');

const fields = {
  name: words(120).min(1).meta({ description: 'Of one dataset of the workspace' }),
  description: words(2000),
  splitRule: splitRuleAsked.nullable(),
};
export const datasetCreate = z.strictObject({
  ...fields,
  description: fields.description.default(''),
  splitRule: fields.splitRule.default(null),
});
export type DatasetCreate = z.output<typeof datasetCreate>;

export const datasetUpdate = z.strictObject(fields).partial();
export type DatasetUpdate = z.output<typeof datasetUpdate>;

/** An asset as it was when its version was made. */
export const datasetMember = z
  .object({
    assetId: id('asset'),
    connectionId: id('connection'),
    sourceId: id('source'),
    container: z.string(),
    key: z.string(),
    etag: z.string(),
    sizeBytes: z.number().int(),
    contentType: z.string().nullable(),
    lastModified: timestamp,
    split: split.nullable(),
    facts: z.record(z.string(), z.unknown()).meta({
      description:
        'What was known of it: `kind`, and as far as they were known `mediaType`, `width`, `height`, `durationSeconds`, `frames`, `codec`, `title`, `tags`, `clientMetadata`',
    }),
    now: z.enum(['same', 'changed', 'gone']).meta({
      description: 'What has become of its object since: the same ETag, another one, or no object',
    }),
  })
  .meta({ id: 'DatasetMember' });
export type DatasetMember = z.infer<typeof datasetMember>;

export const DATASET_CHANGES = ['added', 'changed', 'gone'] as const;

export const datasetDifference = z
  .object({
    from: z.number().int(),
    to: z.number().int(),
    added: z.number().int(),
    changed: z.number().int(),
    gone: z.number().int(),
    same: z.number().int(),
  })
  .meta({ id: 'DatasetDifference' });
export type DatasetDifference = z.infer<typeof datasetDifference>;

const side = z.object({
  etag: z.string(),
  sizeBytes: z.number().int(),
  split: split.nullable(),
  facts: z.record(z.string(), z.unknown()),
});

/** What became of one member between two versions. */
export const datasetChange = z
  .object({
    assetId: id('asset'),
    key: z.string(),
    change: z.enum(DATASET_CHANGES),
    what: z
      .array(z.enum(['content', 'facts', 'split']))
      .meta({ description: 'What differs; of a change only' }),
    before: side.nullable(),
    after: side.nullable(),
  })
  .meta({ id: 'DatasetChange' });
export type DatasetChange = z.infer<typeof datasetChange>;

const params = z.object({ datasetId: id('dataset') });
const versionParams = params.extend({ version: z.coerce.number().int().min(1).max(2_147_483_647) });
const fromVersion = z.coerce.number().int().min(0).max(2_147_483_647).optional().meta({
  description: 'An earlier version; default: the one before. 0: nothing',
});

/** Named, versioned selections of assets. */
export const datasetRoutes = {
  listDatasets: defineRoute({
    method: 'GET',
    path: '/v1/datasets',
    tag: 'datasets',
    summary: 'Datasets, newest first',
    action: 'assets.see',
    query: pageQuery,
    status: 200,
    response: page(dataset),
  }),
  createDataset: defineRoute({
    method: 'POST',
    path: '/v1/datasets',
    tag: 'datasets',
    summary: 'Make a dataset, which has no version yet',
    action: 'datasets.change',
    body: datasetCreate,
    status: 201,
    response: dataset,
    audit: 'dataset.created',
  }),
  getDataset: defineRoute({
    method: 'GET',
    path: '/v1/datasets/:datasetId',
    tag: 'datasets',
    summary: 'One dataset',
    action: 'assets.see',
    params,
    status: 200,
    response: dataset,
  }),
  updateDataset: defineRoute({
    method: 'PATCH',
    path: '/v1/datasets/:datasetId',
    tag: 'datasets',
    summary: 'Rename or describe a dataset, or divide its next versions in another way',
    action: 'datasets.change',
    params,
    body: datasetUpdate,
    status: 200,
    response: dataset,
    audit: 'dataset.updated',
  }),
  deleteDataset: defineRoute({
    method: 'DELETE',
    path: '/v1/datasets/:datasetId',
    tag: 'datasets',
    summary: 'Remove a dataset with all its versions; its assets stay',
    action: 'datasets.change',
    params,
    status: 204,
    response: null,
    audit: 'dataset.removed',
  }),
  createDatasetVersion: defineRoute({
    method: 'POST',
    path: '/v1/datasets/:datasetId/versions',
    tag: 'datasets',
    summary: 'Make a version: the members of the newest one, with assets added and taken out',
    description:
      'Tombstones do not come in, unless a filter with `status` asks for them. The version can be seen once the operation has succeeded.',
    action: 'datasets.change',
    params,
    body: datasetVersionCreate,
    status: 202,
    response: operation,
    audit: 'dataset.version_started',
  }),
  listDatasetVersions: defineRoute({
    method: 'GET',
    path: '/v1/datasets/:datasetId/versions',
    tag: 'datasets',
    summary: 'Versions of a dataset, newest first',
    action: 'assets.see',
    params,
    query: pageQuery,
    status: 200,
    response: page(datasetVersion),
  }),
  getDatasetVersion: defineRoute({
    method: 'GET',
    path: '/v1/datasets/:datasetId/versions/:version',
    tag: 'datasets',
    summary: 'One version of a dataset',
    action: 'assets.see',
    params: versionParams,
    status: 200,
    response: datasetVersion,
  }),
  listDatasetMembers: defineRoute({
    method: 'GET',
    path: '/v1/datasets/:datasetId/versions/:version/members',
    tag: 'datasets',
    summary: 'Members of a version, as they were',
    description: 'In an order that stays the same.',
    action: 'assets.see',
    params: versionParams,
    query: pageQuery.extend({ split: split.optional() }),
    status: 200,
    response: page(datasetMember),
  }),
  getDatasetDifference: defineRoute({
    method: 'GET',
    path: '/v1/datasets/:datasetId/versions/:version/difference',
    tag: 'datasets',
    summary: 'How many members differ from an earlier version',
    action: 'assets.see',
    params: versionParams,
    query: z.strictObject({ from: fromVersion }),
    status: 200,
    response: datasetDifference,
  }),
  listDatasetChanges: defineRoute({
    method: 'GET',
    path: '/v1/datasets/:datasetId/versions/:version/changes',
    tag: 'datasets',
    summary: 'Which members differ from an earlier version',
    action: 'assets.see',
    params: versionParams,
    query: pageQuery.extend({ from: fromVersion, change: z.enum(DATASET_CHANGES).optional() }),
    status: 200,
    response: page(datasetChange),
  }),
} as const;
