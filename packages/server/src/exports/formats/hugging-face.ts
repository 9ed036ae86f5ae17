import type { ExportedAsset, WriteExport } from '../format.ts';

/**
 * `metadata.jsonl` of a folder that `datasets` reads: `file_name` is the path below the folder that holds it. Source:
 * https://huggingface.co/docs/datasets/image_dataset#imagefolder
 */
export const writeHuggingFace: WriteExport = async function* ({ read }) {
  for await (const assets of read()) yield assets.map(asset => `${JSON.stringify(lineOf(asset))}\n`).join('');
};

/** The same fields in each line, because the reader takes the columns from the first ones. */
const lineOf = (asset: ExportedAsset): object => ({
  file_name: asset.key,
  url: asset.url,
  asset_id: asset.id,
  kind: asset.kind,
  media_type: asset.mediaType,
  size_bytes: asset.sizeBytes,
  width: asset.width,
  height: asset.height,
  duration_seconds: asset.durationSeconds,
  title: asset.title,
  split: asset.split,
  tags: asset.tags,
  client_metadata: asset.clientMetadata && JSON.stringify(asset.clientMetadata),
});
