import type { Trx } from '../catalogue/db.ts';
import { nameOf } from '../catalogue/key.ts';
import { readKeys } from '../catalogue/stored-assets.ts';
import type { FoundItem } from './items.ts';
import type { WritePlace } from './write-found.ts';

/** The asset that an item of a list became. */
export interface WrittenItem {
  assetId: string;
  /** Its title, or else the last part of its key. */
  name: string;
  /** Where it stands in the list, as in messages. */
  item: string;
}

/** Which assets items became, in the order of the items. To be asked in the transaction that wrote them. */
export async function readWritten(
  trx: Trx,
  workspaceId: string,
  found: readonly FoundItem[],
  places: readonly WritePlace[],
): Promise<WrittenItem[]> {
  const ids = new Map<string, string>();
  const placeOf = (connectionId: string, container: string, key: string) =>
    JSON.stringify([connectionId, container, key]);
  for (const { sourceId, connectionId, container } of places) {
    const keys = found
      .filter(item => item.connectionId === connectionId && item.container === container)
      .map(({ object }) => object.key);
    const source = { workspaceId, id: sourceId };
    for (const { id, key } of await readKeys(trx, source, keys))
      ids.set(placeOf(connectionId, container, key), id);
  }
  return found.flatMap(({ item, title, connectionId, container, object: { key } }) => {
    const assetId = ids.get(placeOf(connectionId, container, key));
    return assetId === undefined ? [] : { assetId, name: title ?? nameOf(key), item };
  });
}
