import { createHash } from 'node:crypto';
import { linkUrl } from '@mooring/contract';
import type { ExportedAsset } from '../../exports/format.ts';
import type { DataKeys } from './project.ts';
import type { TaskContent } from './tasks.ts';

interface Connector {
  id: string;
  baseUrl: string;
  linkToken: string;
  keys: DataKeys;
}

/**
 * What Mooring writes into the task of an asset: what a task shows and the Data Manager has columns for in `data`, all else in
 * `meta`. Null where the project does not show assets of that kind.
 */
export function contentOf(
  asset: ExportedAsset,
  { id, baseUrl, linkToken, keys }: Connector,
): TaskContent | null {
  const key = keys[asset.kind];
  if (key === null) return null;
  return {
    data: {
      [key]: linkUrl(baseUrl, linkToken, asset.id, asset.name),
      assetId: asset.id,
      name: asset.title ?? asset.name,
      path: asset.path,
      mooringStatus: 'present',
    },
    meta: {
      ...asset.clientMetadata,
      mooring: {
        connectorId: id,
        assetId: asset.id,
        etag: asset.etag,
        mediaType: asset.mediaType,
        width: asset.width,
        height: asset.height,
      },
    },
  };
}

/** Two contents with one hash are the same. */
export const hashOf = (content: TaskContent): Buffer =>
  createHash('sha256').update(JSON.stringify(content)).digest().subarray(0, 16);

/** The asset of a task that a connector made; null for other tasks. @param meta `meta.mooring` of the task */
export function assetOf(mooring: unknown, connectorId: string): string | null {
  const { assetId, connectorId: of } = (mooring ?? {}) as Record<string, unknown>;
  return of === connectorId && typeof assetId === 'string' ? assetId : null;
}
