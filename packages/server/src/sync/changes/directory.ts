import type { ListPage, Provider } from '@mooring/storage/server';
import { compareUtf8 } from '@mooring/storage/server';
import { sql } from 'kysely';
import { writeAssets } from '../../catalogue/asset-writes.ts';
import type { Db, Trx } from '../../catalogue/db.ts';
import { directoryOf } from '../../catalogue/key.ts';
import { unsettleQuota } from '../../catalogue/quota.ts';
import { type LockedSource, lockSource } from '../../catalogue/source-lock.ts';
import { isStorableKey } from '../../catalogue/storable.ts';
import { readKeys, readRange, type StoredAsset } from '../../catalogue/stored-assets.ts';
import { retrying } from '../../listing/retry.ts';
import { isBuriable, merge } from '../merge-rows.ts';
import { wantSync } from '../want-sync.ts';
import type { ApplyDependencies } from './apply.ts';
import type { FollowedSource } from './inbox.ts';

const ROWS_AT_ONCE = 5000;

/** The storage did not list a directory. */
export class Unlisted extends Error {
  override readonly name = 'Unlisted';
  readonly why: Error;
  constructor(why: Error) {
    super(why.message);
    this.why = why;
  }
}

/**
 * Brings what lies below a directory in line with the storage by listing it: renaming or deleting a directory moves
 * everything in it, and one event tells of all. What is written meanwhile is left alone, as by a sync. Where there is
 * too much, in the storage or in the catalogue, it notes that the source wants a full sync.
 * @throws Unlisted where the storage, or what reads it, fails
 */
export async function reconcileDirectory(
  source: FollowedSource,
  provider: Provider,
  directory: string,
  {
    db,
    clock,
    signal,
    retry,
    mostInDirectory,
  }: Required<Pick<ApplyDependencies, 'db' | 'clock' | 'signal' | 'retry' | 'mostInDirectory'>>,
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

  const leaveToSync = (): Promise<void> =>
    transact((trx, { workspaceId, id }) =>
      wantSync(
        trx,
        { workspaceId, id },
        `An event named the directory “${directory}”, and there are more than ${mostInDirectory.toLocaleString('en')} objects in it.`,
        clock.now(),
      ),
    );

  if ((await countPresent(db, source, prefix)) > mostInDirectory) return leaveToSync();
  let cursor: string | null = null;
  do {
    const from: string | null = cursor;
    const page: ListPage = await retrying(
      () => provider.list(source.container, { prefix, signal, ...(from !== null && { cursor: from }) }),
      signal,
      retry,
    ).catch((error: Error) => {
      signal.throwIfAborted();
      throw new Unlisted(error);
    });
    for (const { key } of page.objects) listed.add(key);
    if (listed.size > mostInDirectory) return leaveToSync();
    await transact(async (trx, locked) => {
      const keys = Array.from(page.objects, ({ key }) => key).filter(isStorableKey);
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
  await transact(async trx => void (await unsettleQuota(trx, source.workspaceId)));
}

/** Assets below a prefix that is the source's own, or a directory inside it. */
async function countPresent(db: Db, source: FollowedSource, prefix: string): Promise<number> {
  const { workspaceId, sourceId } = source;
  const folder = prefix === source.prefix ? directoryOf(prefix) : prefix;
  const { rows } = await sql<{ count: number }>`
    select coalesce(sum(n.total_assets), 0)::int8 as count
    from folders f join folder_counters n on n.workspace_id = f.workspace_id and n.folder_id = f.id
    where f.workspace_id = ${workspaceId} and f.source_id = ${sourceId}
      and left(f.key_prefix, 512) = left(${folder}, 512) and f.key_prefix = ${folder}`.execute(db);
  return rows[0]!.count;
}
