import type { AssetKind } from '@mooring/contract';
import type { ExportedAsset, ExportedAssets } from '../format.ts';

/**
 * The elements of a JSON array, without its brackets, one a line.
 * @param toElements what an asset becomes: one element, several or none
 */
export async function* writeElements(
  read: ExportedAssets['read'],
  toElements: (asset: ExportedAsset) => readonly object[],
  kinds?: readonly AssetKind[],
): AsyncGenerator<string> {
  let isFirst = true;
  for await (const assets of read(kinds)) {
    const elements = assets.flatMap(toElements);
    if (elements.length === 0) continue;
    yield (isFirst ? '\n' : ',\n') + elements.map(element => JSON.stringify(element)).join(',\n');
    isFirst = false;
  }
}
