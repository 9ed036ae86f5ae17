import { z } from 'zod';
import { byteSum, id, page, pageQuery, revision } from '../common.ts';
import { defineRoute } from '../route.ts';
import { assetKind } from './asset-kind.ts';
import { metadataChange } from './client-metadata.ts';

export const counts = z
  .object({ assets: z.number().int(), sizeBytes: byteSum })
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
    description: z.string().nullable(),
    clientMetadata: z.record(z.string(), z.unknown()).nullable(),
    revision,
  })
  .meta({ id: 'Folder' });
export type Folder = z.infer<typeof folder>;

export const folderUpdate = z.strictObject({
  description: z
    .string()
    .trim()
    .max(2000)
    .regex(/^[^\0\p{Cs}]*$/u, 'holds a NUL or half of a surrogate pair')
    .nullable()
    .optional()
    .meta({ description: 'What the folder is about; null or empty: nothing' }),
  metadata: metadataChange.optional(),
});
export type FolderUpdate = z.output<typeof folderUpdate>;

/** The folders that assets live in. */
export const folderRoutes = {
  listFolders: defineRoute({
    method: 'GET',
    path: '/v1/folders',
    tag: 'catalogue',
    summary: 'Folders inside one folder, by name; without parentId the top folders',
    action: 'assets.see',
    partly: 'folders',
    query: pageQuery.extend({ parentId: id('folder').optional() }),
    status: 200,
    response: page(folder),
  }),
  getFolder: defineRoute({
    method: 'GET',
    path: '/v1/folders/:folderId',
    tag: 'catalogue',
    summary: 'One folder',
    action: 'assets.see',
    partly: 'folders',
    params: z.object({ folderId: id('folder') }),
    status: 200,
    response: folder,
  }),
  updateFolder: defineRoute({
    method: 'PATCH',
    path: '/v1/folders/:folderId',
    tag: 'catalogue',
    summary: 'Describe a folder: what it is about, and its client metadata',
    action: 'assets.describe',
    params: z.object({ folderId: id('folder') }),
    body: folderUpdate,
    status: 200,
    response: folder,
    audit: 'folder.updated',
  }),
} as const;
