import type { AssetKind } from '@mooring/contract';
import type { ExportedAsset, WriteExport } from '../format.ts';
import { writeElements } from './json-array.ts';

const KINDS: readonly AssetKind[] = ['image', 'video', 'pdf', 'dicom'];

/** The `items` of `register_existing` of V7; its address is always the path in the storage. */
export const writeV7: WriteExport = async function* ({ read }) {
  yield '{"items":[';
  yield* writeElements(read, asset => [itemOf(asset)], KINDS);
  yield '\n]}\n';
};

function itemOf({ key, kind, name, path, fps }: ExportedAsset): object {
  const folder = key.slice(0, key.length - name.length).replace(/\/$/, '');
  return { path: `/${folder}`, type: kind, name, storage_key: path, ...(fps !== null && { fps }) };
}
