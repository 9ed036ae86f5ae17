import type { Asset } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { writeAssets } from './asset-writes.ts';
import type { Db } from './db.ts';
import { lockSource } from './source-lock.ts';
import { factsOf, readKeys } from './stored-assets.ts';

/**
 * Keeps what a read has found: the object of an asset is archived, of which the listing did not tell. Nothing is
 * written where the row no longer says `unknown`, or stands for another version. The next sync asks the listing again,
 * so that a restored object is tried again.
 * @throws MooringError `not_found` where the source or its connection is removed
 */
export async function noteArchived(
  { db, clock }: { db: Db; clock: Clock },
  workspaceId: string,
  { sourceId, key, etag }: Pick<Asset, 'sourceId' | 'key' | 'etag'>,
): Promise<void> {
  await db.transaction().execute(async trx => {
    const source = await lockSource(trx, workspaceId, sourceId);
    const [asset] = await readKeys(trx, source, [key]);
    if (asset?.gone_at !== null || asset.etag !== etag || asset.archive_state !== 'unknown') return;
    const object = { ...factsOf(asset), archiveState: 'archived' as const, placeholder: false };
    await writeAssets(trx, source, { added: [], updated: [{ asset, object }], gone: [] }, clock.now());
  });
}
