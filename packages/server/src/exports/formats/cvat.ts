import type { ExportedAsset, WriteExport } from '../format.ts';

/**
 * The manifest of a cloud storage in CVAT: names are relative to the container. It needs the size of each image, so
 * images that are not probed are left out. Source: https://docs.cvat.ai/docs/dataset_management/dataset_manifest/
 */
export const writeCvat: WriteExport = async function* ({ read }) {
  yield '{"version":"1.1"}\n{"type":"images"}\n';
  for await (const assets of read(['image']))
    yield assets
      .flatMap(linesOf)
      .map(line => `${JSON.stringify(line)}\n`)
      .join('');
};

function linesOf({ key, width, height, etag, id, url }: ExportedAsset): object[] {
  if (width === null || height === null) return [];
  const dot = key.lastIndexOf('.');
  const end = dot > key.lastIndexOf('/') ? dot : key.length;
  const meta = { related_images: [], mooring: { assetId: id, ...(url !== null && { url }) } };
  return [{ name: key.slice(0, end), extension: key.slice(end), width, height, meta, checksum: etag }];
}
