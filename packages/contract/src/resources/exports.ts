import { z } from 'zod';
import { id } from '../common.ts';
import { defineRoute } from '../route.ts';
import { assetFilterBody } from './asset-filter.ts';
import { split } from './datasets.ts';

/**
 * What an export can be: its name for people, the end of its file's name, its media type, and which assets it can
 * hold. An export of a format that `continues` can go on after an asset, when it was cut off.
 */
export const EXPORT_FORMATS = {
  jsonl: format('JSON lines', 'jsonl', 'application/jsonl', { continues: true }),
  csv: format('CSV', 'csv', 'text/csv', { continues: true }),
  parquet: format('Parquet', 'parquet', 'application/vnd.apache.parquet'),
  arrow: format('Arrow stream', 'arrows', 'application/vnd.apache.arrow.stream'),
  uris: format('Plain list of addresses', 'txt', 'text/plain', { continues: true }),
  'label-studio': format('Tasks of Label Studio', 'json', 'application/json'),
  cvat: format('CVAT manifest', 'jsonl', 'application/jsonl', { holds: 'images that are probed' }),
  'hugging-face': format('metadata.jsonl of a Hugging Face folder', 'jsonl', 'application/jsonl', {
    continues: true,
  }),
  coco: format('COCO list of images', 'json', 'application/json', { holds: 'images that are probed' }),
  encord: format('Encord upload file', 'json', 'application/json', {
    holds: 'images, videos, audio, PDF, NIfTI and text',
  }),
  v7: format('V7 items', 'json', 'application/json', { holds: 'images, videos, PDF and DICOM' }),
} as const satisfies Record<string, ExportFormatFacts>;
export type ExportFormat = keyof typeof EXPORT_FORMATS;
const FORMATS = Object.keys(EXPORT_FORMATS) as [ExportFormat, ...ExportFormat[]];

export interface ExportFormatFacts {
  title: string;
  extension: string;
  mediaType: string;
  continues: boolean;
  /** null: all assets. */
  holds: string | null;
}

function format(
  title: string,
  extension: string,
  mediaType: string,
  { continues = false, holds = null }: { continues?: boolean; holds?: string | null } = {},
): ExportFormatFacts {
  return { title, extension, mediaType, continues, holds };
}

/** Under which addresses an export names assets. */
export const exportAddresses = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('path') }),
    z.strictObject({
      kind: z.literal('link'),
      token: z.string().max(200).meta({ description: 'Of a link that opens these assets; see createLink' }),
    }),
    z.strictObject({
      kind: z.literal('signed'),
      expiresInSeconds: z.number().int().min(1).max(3600).optional(),
    }),
  ])
  .meta({
    description:
      '`path`: container and key, `container/folder/a.jpg`; `link`: a link, which needs no sign-in; `signed`: a signed URL, which works for minutes. Links and signed URLs are secrets',
  });
export type ExportAddresses = z.infer<typeof exportAddresses>;

export const exportRequest = z.strictObject({
  format: z.enum(FORMATS).meta({
    description: `What to write. ${FORMATS.map(id => `\`${id}\`: ${sentence(EXPORT_FORMATS[id])}`).join('; ')}`,
  }),
  filter: assetFilterBody.prefault({}),
  dataset: z
    .strictObject({
      id: id('dataset'),
      version: z.number().int().min(1).max(2_147_483_647),
      split: split.optional(),
    })
    .optional()
    .meta({
      description:
        'Instead of a filter: the members of this version, as they were when it was made; with `split` those of one split',
    }),
  addresses: exportAddresses.default({ kind: 'path' }),
  after: id('asset').optional().meta({
    description:
      'Go on after this asset, where an export was cut off, and write no heading. For formats of lines: jsonl, csv, uris, hugging-face',
  }),
});
export type ExportRequest = z.input<typeof exportRequest>;

function sentence({ title, holds }: ExportFormatFacts): string {
  return holds === null ? title : `${title} (${holds})`;
}

/** Lists of assets in the formats of other tools. */
export const exportRoutes = {
  exportAssets: defineRoute({
    method: 'POST',
    path: '/v1/assets/export',
    tag: 'catalogue',
    summary: 'Assets that match, in the format of another tool',
    description:
      'The answer is a stream in the order of sources and keys; it is made as it is read, however many assets there are. If it breaks off, it has no proper end.',
    action: 'assets.see',
    body: exportRequest,
    status: 200,
    response: null,
    mediaTypes: [...new Set(FORMATS.map(id => EXPORT_FORMATS[id].mediaType))],
    audit: 'assets.exported',
  }),
} as const;
