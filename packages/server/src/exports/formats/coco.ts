import { addressOf, type WriteExport } from '../format.ts';
import { writeElements } from './json-array.ts';

/**
 * The images of a COCO file, without annotations. It needs the size of each image, so images that are not probed are
 * left out. Ids are numbers, from 1, in the order of the file. Source: https://cocodataset.org/#format-data
 */
export const writeCoco: WriteExport = async function* ({ read }) {
  yield '{"info":{"description":"Exported by Mooring"},"licenses":[],"annotations":[],"categories":[],"images":[';
  let id = 0;
  yield* writeElements(
    read,
    asset => {
      const { width, height, key, url } = asset;
      if (width === null || height === null) return [];
      const image = { id: ++id, file_name: key, width, height, asset_id: asset.id };
      return [{ ...image, ...(url !== null && { coco_url: addressOf(asset) }) }];
    },
    ['image'],
  );
  yield '\n]}\n';
};
