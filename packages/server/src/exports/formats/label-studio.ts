import type { AssetKind } from '@mooring/contract';
import { addressOf, type ExportedAsset, type WriteExport } from '../format.ts';
import { writeElements } from './json-array.ts';

/** The names that the templates of Label Studio give to what a task shows. */
export const LABEL_STUDIO_NAMES: Partial<Record<AssetKind, string>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  pdf: 'pdf',
  text: 'text',
};

/**
 * A task for each asset, for `POST /api/projects/{id}/import`. Source:
 * https://labelstud.io/guide/tasks#Basic-Label-Studio-JSON-format
 */
export const writeLabelStudio: WriteExport = async function* ({ read }) {
  yield '[';
  yield* writeElements(read, asset => [taskOf(asset)]);
  yield '\n]\n';
};

const taskOf = (asset: ExportedAsset): object => ({
  data: {
    [LABEL_STUDIO_NAMES[asset.kind] ?? 'file']: addressOf(asset),
    assetId: asset.id,
    name: asset.title ?? asset.name,
    path: asset.path,
  },
  meta: {
    ...asset.clientMetadata,
    mooring: {
      assetId: asset.id,
      mediaType: asset.mediaType,
      width: asset.width,
      height: asset.height,
      ...(asset.tags.length > 0 && { tags: asset.tags }),
      ...(asset.split !== null && { split: asset.split }),
    },
  },
});
