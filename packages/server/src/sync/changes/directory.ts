import { writeAssets } from '../../catalogue/asset-writes.ts';
import type { Trx } from '../../catalogue/db.ts';
import { type LockedSource, lockSource } from '../../catalogue/source-lock.ts';
import { isStorable } from '../../catalogue/storable.ts';
import { readKeys, readRange, type StoredAsset } from '../../catalogue/stored-assets.ts';
import { retrying } from '../../listing/retry.ts';
import { compareUtf8 } from '../../platform/utf8-order.ts';
import type { ListPage, Provider } from '../../providers/provider.ts';
import { isBuriable, merge } from '../merge.ts';
import type { ApplyDependencies } from './apply.ts';
import type { FollowedSource } from './inbox.ts';

const ROWS_AT_ONCE = 5000;

/**
 * Brings what lies below a directory in line with the storage by listing it: renaming or deleting a directory moves
 * everything in it, and one event tells of all. What is written meanwhile is left alone, as by a sync.
 */
export async function reconcileDirectory(
  source: FollowedSource,
  provider: Provider,
  directory: string,
  { db, clock, signal, retry }: Required<ApplyDependencies>,
): Promise<void> {
  const startedAt = clock.now();
  const below = `${directory}/`;
  // Both begin with the other's beginning: the longer one lies inside the shorter.
  const prefix = below.length > source.prefix.length ? below : source.prefix;
  const listed = new Set<string>();

  const transact = (work: (trx: Trx, locked: LockedSource) => Promise<void>): Promise<void> =>
    db
      .transaction()
      .execute(async trx => work(trx, await lockSource(trx, source.workspaceId, source.sourceId)));

  let cursor: string | null = null;
  do {
    const from: string | null = cursor;
    const page: ListPage = await retrying(
      () => provider.list(source.container, { prefix, signal, ...(from !== null && { cursor: from }) }),
      signal,
      retry,
    );
    for (const { key } of page.objects) listed.add(key);
    await transact(async (trx, locked) => {
      const keys = page.objects.map(({ key }) => key).filter(isStorable);
      const { added, updated, gone } = merge(
        await readKeys(trx, locked, keys),
        page.objects,
        startedAt,
        locked.filter,
      );
      await writeAssets(trx, locked, { added, updated, gone }, clock.now());
    });
    cursor = page.cursor;
  } while (cursor !== null);

  let after: string | null = prefix.slice(0, -1);
  while (after !== null) {
    await transact(async (trx, locked) => {
      const assets: StoredAsset[] = await readRange(trx, locked, {
        after: after!,
        to: null,
        limit: ROWS_AT_ONCE,
      });
      const below = assets.filter(asset => asset.key.startsWith(prefix));
      const gone = below.filter(asset => !listed.has(asset.key) && isBuriable(asset, startedAt));
      await writeAssets(trx, locked, { added: [], updated: [], gone }, clock.now());
      const last = assets.at(-1);
      const isPast = !last || (!last.key.startsWith(prefix) && compareUtf8(last.key, prefix) > 0);
      after = isPast || assets.length < ROWS_AT_ONCE ? null : last.key;
    });
  }
}
