import type { AssetChanges } from '../catalogue/asset-writes.ts';
import type { Trx } from '../catalogue/db.ts';
import type { LockedSource } from '../catalogue/source-lock.ts';
import { isStorable } from '../catalogue/storable.ts';
import { readIds, readKeys, readRange, type StoredAsset } from '../catalogue/stored-assets.ts';
import type { ListedPage } from '../listing/list-all.ts';
import { compareUtf8 } from '../platform/utf8-order.ts';
import type { StorageObject } from '../providers/provider.ts';
import { type Marker, readMarks, takeMissing } from './marks.ts';
import { isBuriable, merge } from './merge.ts';
import { plus, type SyncState } from './state.ts';

/** What one transaction writes, and the state of the sync when it has. */
export interface Plan {
  state: SyncState;
  /** Whether there was more than could be taken at once: the same has to be planned again. */
  more: boolean;
  changes: AssetChanges;
  /** Assets to mark as missing. */
  missing: StoredAsset[];
  /** Keys to mark as seen. */
  seen: string[];
  /** Listed keys that the database cannot hold. */
  unstorable: string[];
}

/** Everything that a plan reads, in the transaction that will write it. */
export interface Desk {
  trx: Trx;
  source: LockedSource;
  marker: Marker;
  state: SyncState;
  /** The most rows to take at once. */
  limit: number;
}

/**
 * A page whose keys come after all that is settled: the range of keys up to its last is read and merged. Where
 * that range holds more assets than can be taken at once, only its beginning; then the page has to come again.
 */
export async function planRange({ trx, source, state, limit }: Desk, page: ListedPage): Promise<Plan> {
  const fresh = page.objects.filter(object => isAfter(object, state.settled));
  const end = fresh.findLast(object => isStorable(object.key))?.key ?? state.settled;
  const assets = await readRange(trx, source, { after: state.settled, to: end, limit });
  const complete = assets.length < limit;
  const settled = complete ? end : assets.at(-1)!.key;
  const objects = complete ? fresh : fresh.filter(object => !isAfter(object, settled));
  const { counts, added, updated, gone, missing, skipped, unstorable } = merge(
    assets,
    objects,
    state.startedAt,
  );
  const next = { ...state, settled, counts: plus(state.counts, counts) };
  return {
    state: complete ? turnedOver(next, page) : { ...next, cursor: page.from },
    more: !complete,
    changes: { added, updated, gone },
    missing,
    seen: skipped,
    unstorable,
  };
}

/** A page of a listing that is out of order: each of its keys is looked up, and marked as seen. */
export async function planKeys({ trx, source, marker, state }: Desk, page: ListedPage): Promise<Plan> {
  const keys = page.objects.map(object => object.key);
  const assets = await readKeys(trx, source, keys.filter(isStorable));
  const markOf = await readMarks(trx, marker, keys);
  const settled = new Set(assets.filter(asset => isSettled(asset, state)).map(asset => asset.key));
  const wasListed = (key: string): boolean =>
    (markOf(key) ?? (settled.has(key) ? 'seen' : 'missing')) === 'seen';
  const objects = page.objects.filter(object => !wasListed(object.key));
  const { counts, added, updated, gone, unstorable } = merge(assets, objects, state.startedAt);
  return {
    state: turnedOver({ ...state, ordered: false, counts: plus(state.counts, counts) }, page),
    more: false,
    changes: { added, updated, gone },
    missing: [],
    seen: objects.map(object => object.key),
    unstorable,
  };
}

/** After the listing: buries assets after all that was settled in order, unless they are marked as seen. */
export async function planRest({ trx, source, marker, state, limit }: Desk): Promise<Plan> {
  const assets = await readRange(trx, source, { after: state.settled, to: null, limit });
  const markOf = await readMarks(
    trx,
    marker,
    assets.map(asset => asset.key),
  );
  const settled = assets.at(-1)?.key ?? state.settled;
  const unseen = assets.filter(asset => markOf(asset.key) !== 'seen');
  return planBurial({ ...state, settled }, unseen, assets.length === limit);
}

/** After that: buries assets that were marked as missing and not seen since. */
export async function planMissing({ trx, source, marker, state, limit }: Desk): Promise<Plan> {
  const ids = await takeMissing(trx, marker, limit);
  return planBurial(state, await readIds(trx, source, ids), ids.length === limit);
}

function planBurial(state: SyncState, assets: StoredAsset[], more: boolean): Plan {
  const gone = assets.filter(asset => isBuriable(asset, state.startedAt));
  return {
    state: { ...state, counts: plus(state.counts, { removed: gone.length }) },
    more,
    changes: { added: [], updated: [], gone },
    missing: [],
    seen: [],
    unstorable: [],
  };
}

/** Whether it was listed while the keys were in order; where it was not, it is marked as missing. */
const isSettled = (asset: StoredAsset, state: SyncState): boolean =>
  asset.gone_at === null && compareUtf8(asset.key, state.settled) <= 0;

const isAfter = (object: StorageObject, key: string): boolean => compareUtf8(object.key, key) > 0;

/** The state once all of a page has been dealt with. */
const turnedOver = (state: SyncState, page: ListedPage): SyncState => ({
  ...state,
  phase: page.last ? 'closing' : 'listing',
  cursor: page.cursor,
  before: page.objects.findLast(object => isStorable(object.key))?.key ?? state.before,
});
