import type { AssetKind } from '@mooring/contract';
import { addressOf, type ExportedAsset, type WriteExport } from '../format.ts';
import { writeElements } from './json-array.ts';

/** The lists of the upload file, and what each calls its facts. */
const LISTS: { list: string; kinds: readonly AssetKind[]; facts: (asset: ExportedAsset) => object }[] = [
  {
    list: 'images',
    kinds: ['image'],
    facts: asset => ({ imageMetadata: known({ ...typeAndSize(asset), ...pixels(asset) }) }),
  },
  {
    list: 'videos',
    kinds: ['video'],
    facts: asset => ({
      videoMetadata: known({
        ...typeAndSize(asset),
        ...pixels(asset),
        fps: asset.fps,
        duration: asset.durationSeconds,
      }),
    }),
  },
  {
    list: 'audio',
    kinds: ['audio'],
    facts: asset => ({ audioMetadata: known({ ...typeAndSize(asset), duration: asset.durationSeconds }) }),
  },
  { list: 'pdfs', kinds: ['pdf'], facts: () => ({}) },
  { list: 'nifti', kinds: ['nifti'], facts: () => ({}) },
  { list: 'text', kinds: ['text'], facts: () => ({}) },
];

/** The JSON that Encord registers private files by; its lists are written one after the other. */
export const writeEncord: WriteExport = async function* ({ read }) {
  yield '{';
  for (const { list, kinds, facts } of LISTS) {
    yield `"${list}":[`;
    yield* writeElements(read, asset => [{ ...itemOf(asset), ...facts(asset) }], kinds);
    yield '\n],\n';
  }
  yield '"skip_duplicate_urls":true}\n';
};

const itemOf = (asset: ExportedAsset): object => ({
  objectUrl: addressOf(asset),
  title: (asset.title ?? asset.name).slice(0, 300),
  clientMetadata: { ...asset.clientMetadata, mooringAssetId: asset.id },
});
const typeAndSize = (asset: ExportedAsset) => ({ mime_type: asset.mediaType, file_size: asset.sizeBytes });
const pixels = ({ width, height }: ExportedAsset) => ({ width, height });

/** Without what is not known. */
const known = (facts: Record<string, unknown>): object =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));
