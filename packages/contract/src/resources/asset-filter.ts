import { z } from 'zod';
import { id } from '../common.ts';
import { assetKind } from './asset-kind.ts';
import { tag } from './client-metadata.ts';
import { MEDIA_WARNINGS } from './media-facts.ts';
import { ruleId } from './profiles.ts';

/** Whether the bytes of an object can be read. The listing of some services cannot tell: then a read does. */
export const ARCHIVE_STATES = ['readable', 'archived', 'unknown'] as const;
export const archiveState = z.enum(ARCHIVE_STATES).meta({
  id: 'ArchiveState',
  description:
    '`archived`: the storage refuses to read it until it is restored; `unknown`: only an attempt to read it can show',
});
export type ArchiveState = z.infer<typeof archiveState>;

const text = z.string().min(1).max(200);
const count = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const pixels = z.coerce.number().int().min(0).max(2_147_483_647);
const seconds = z.coerce.number().min(0).max(1e12);
const moment = z.iso.datetime({ offset: true });

/** Which assets: all filters are joined by and. Filters by media facts find only assets that are probed. */
export const assetFilter = z.strictObject({
  folderId: id('folder').optional(),
  recursive: z.stringbool().default(true).meta({ description: 'With folderId: also what lies below it' }),
  sourceId: id('source').optional(),
  connectionId: id('connection').optional(),
  datasetId: id('dataset').optional().meta({ description: 'A member of the newest version of this dataset' }),
  kind: assetKind.optional().meta({ description: 'By content where that is known' }),
  mediaType: text.optional().meta({ description: 'By content where that is known', example: 'image/jpeg' }),
  codec: text.optional(),
  tier: text.optional(),
  archiveState: archiveState.optional(),
  warning: z.enum(MEDIA_WARNINGS).optional(),
  profileResult: z.enum(['passing', 'failing']).optional().meta({
    description: 'Whether it fits the profile of its source, as far as is known',
  }),
  failedRule: ruleId.optional().meta({ description: 'It fails this rule of its profile' }),
  tag: tag.optional().meta({ description: 'It has this tag' }),
  annotated: z.enum(['yes', 'no']).optional().meta({
    description: 'Whether a tool that it was pushed to has an annotation of it, as of the latest push',
  }),
  metadata: text.optional().meta({
    description:
      'What its client metadata says: `key=value`, or `key` for any value. Dots lead into objects: `scan.site=Berlin`',
    example: 'patient=p-0042',
  }),
  minSizeBytes: count.optional(),
  maxSizeBytes: count.optional(),
  modifiedFrom: moment.optional(),
  modifiedBefore: moment.optional(),
  minWidth: pixels.optional(),
  maxWidth: pixels.optional(),
  minHeight: pixels.optional(),
  maxHeight: pixels.optional(),
  minDurationSeconds: seconds.optional(),
  maxDurationSeconds: seconds.optional(),
  minFrames: count.optional(),
  maxFrames: count.optional(),
  name: z.string().max(1024).optional().meta({
    description:
      'Words of the key, in any case and order; `*` stands for any text, and quotes keep a phrase together',
    example: 'cam1 night*.jpg',
  }),
  status: z.enum(['present', 'gone', 'any']).default('present'),
});
export type AssetFilter = z.output<typeof assetFilter>;

/** The same in the body of a request. */
export const assetFilterBody = assetFilter.extend({
  recursive: z.boolean().default(true).meta({ description: 'With folderId: also what lies below it' }),
});

/** Orders of assets; `-`: the greatest first. Assets without the value come last. */
export const ASSET_SORTS = [
  'key',
  '-key',
  'size',
  '-size',
  'modified',
  '-modified',
  'duration',
  '-duration',
  'dimensions',
  '-dimensions',
] as const;
export const assetSort = z.enum(ASSET_SORTS).default('key').meta({
  description:
    '`key`: by source, then by key in byte order; `dimensions`: by pixels. `-`: the greatest first. Assets without the value come last',
});
export type AssetSort = z.output<typeof assetSort>;
