import type { Clock, Provider, StorageObject } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';
import { sql } from 'kysely';
import { writeAssets } from '../../catalogue/asset-writes.ts';
import type { Db, Trx } from '../../catalogue/db.ts';
import { unsettleQuota } from '../../catalogue/quota.ts';
import { type LockedSource, lockSource } from '../../catalogue/source-lock.ts';
import { readKeys } from '../../catalogue/stored-assets.ts';
import { type RetryOptions, retrying, systemRetry } from '../../listing/retry.ts';
import { hashKey } from '../marks.ts';
import { merge } from '../merge.ts';
import { reconcileDirectory } from './directory.ts';
import type { FollowedSource } from './inbox.ts';
import type { EventObject } from './parse-events.ts';

const CHANGES_AT_ONCE = 1000;
const LOOKS_AT_ONCE = 32;
/** More are left to a full sync, which needs no memory for them, goes on after a crash, and is guarded. */
const MOST_IN_DIRECTORY = 50_000;
/** What was read of the storage just now is later than whatever the catalogue holds. */
const ALWAYS = new Date(8.64e15);

interface ChangeRow {
  seq: number;
  feed_id: string;
  key: string;
  kind: 'object' | 'directory';
  sequencer: string | null;
  object: EventObject | null;
}

export interface ApplyDependencies {
  db: Db;
  clock: Clock;
  signal: AbortSignal;
  retry?: RetryOptions;
  /** For tests: objects of a directory beyond which a full sync is left to find what has changed. */
  mostInDirectory?: number;
}

/**
 * Takes the oldest changes out of a source's inbox and brings their assets in line with the storage. An event only
 * says where to look: what is there now is asked of the storage, so it does not matter in which order events come or
 * how often. Those no later than what was dealt with before (by their sequencer) are let go without a look. Where
 * Mooring's server may not look (`client-only`), the latest event of each key is believed.
 *
 * One process at a time does this for a source, or an older look could be written after a newer one.
 * @returns whether there were any
 * @throws ProviderError where the storage cannot be asked; the changes stay in the inbox
 */
export async function applyChanges(
  source: FollowedSource,
  provider: Provider,
  { db, clock, signal, retry = systemRetry, mostInDirectory = MOST_IN_DIRECTORY }: ApplyDependencies,
): Promise<boolean> {
  const { workspaceId, sourceId } = source;
  const { rows } = await sql<ChangeRow>`
    select seq, feed_id, key, kind, sequencer, object from changes
    where workspace_id = ${workspaceId} and source_id = ${sourceId} order by seq limit ${CHANGES_AT_ONCE}`.execute(
    db,
  );
  if (rows.length === 0) return false;

  for (const directory of new Set(rows.filter(row => row.kind === 'directory').map(row => row.key))) {
    await reconcileDirectory(source, provider, directory, { db, clock, signal, retry, mostInDirectory });
  }
  const latest = await dropOld(db, source, latestOfEachKey(rows.filter(row => row.kind === 'object')));
  const found = await lookAtAll(latest, key => {
    const { reader } = provider;
    return reader && retrying(() => reader.head(source.container, key, signal), signal, retry);
  });

  await db.transaction().execute(async trx => {
    const locked = await lockSource(trx, workspaceId, sourceId);
    const written = await writeFound(trx, locked, found, clock.now());
    const applied = latest.filter(row => written.has(row.key));
    await mark(trx, source, latest, clock.now());
    await sql`
      delete from changes where workspace_id = ${workspaceId} and source_id = ${sourceId}
        and seq = any(${rows.map(row => row.seq)}::int8[])`.execute(trx);
    await sql`
      update feeds f set last_error = null, applied_count = applied_count
        + (select count(*) from unnest(${applied.map(row => row.feed_id)}::text[]) as a (feed_id) where a.feed_id = f.id)
      where workspace_id = ${workspaceId} and id = any(${[...new Set(rows.map(row => row.feed_id))]}::text[])`.execute(
      trx,
    );
  });
  return true;
}

/** Of several changes of one key the one with the greatest sequencer; without one, the last that came. */
function latestOfEachKey(rows: readonly ChangeRow[]): ChangeRow[] {
  const latest = new Map<string, ChangeRow>();
  for (const row of rows) {
    const other = latest.get(row.key);
    const isOlder = row.sequencer !== null && other?.sequencer != null && row.sequencer < other.sequencer;
    if (!isOlder) latest.set(row.key, row);
  }
  return [...latest.values()];
}

/** Without the changes that are no later than what was dealt with before. */
async function dropOld(db: Db, source: FollowedSource, rows: ChangeRow[]): Promise<ChangeRow[]> {
  const hashes = rows.filter(row => row.sequencer !== null).map(row => hashKey(row.key));
  if (hashes.length === 0) return rows;
  const { rows: marks } = await sql<{ key_hash: string; sequencer: string }>`
    select key_hash, sequencer from change_marks
    where workspace_id = ${source.workspaceId} and source_id = ${source.sourceId}
      and key_hash = any(${hashes}::text[])`.execute(db);
  const done = new Map(marks.map(row => [row.key_hash, row.sequencer]));
  return rows.filter(
    ({ key, sequencer }) => sequencer === null || sequencer > (done.get(hashKey(key)) ?? ''),
  );
}

/** What is at each key now: an object, or null for nothing. A key of which that cannot be told is left out. */
async function lookAtAll(
  rows: readonly ChangeRow[],
  head: (key: string) => Promise<StorageObject> | null,
): Promise<Map<string, StorageObject | null>> {
  const found = new Map<string, StorageObject | null>();
  const waiting = rows.values();
  const take = async (key: string, object: Promise<StorageObject>): Promise<void> => {
    try {
      found.set(key, await object);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      if (error.kind === 'not-found') found.set(key, null);
      // No URL names it, now or ever: it must not hold up the others. The next sync lists it.
      else if (error.kind !== 'invalid') throw error;
    }
  };
  const look = async (): Promise<void> => {
    for (const { key, object } of waiting) {
      const now = head(key);
      if (now) await take(key, now);
      else if (object) found.set(key, object.gone ? null : told(key, object));
    }
  };
  await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, look));
  return found;
}

const told = (key: string, object: EventObject & { gone: false }): StorageObject => ({
  key,
  etag: object.etag,
  sizeBytes: object.sizeBytes,
  contentType: object.contentType,
  tier: object.tier,
  archiveState: object.archiveState ?? 'unknown',
  lastModified: new Date(object.at),
  placeholder: key.endsWith('/'),
});

/** Writes what differs; returns of which keys. */
async function writeFound(
  trx: Trx,
  source: LockedSource,
  found: ReadonlyMap<string, StorageObject | null>,
  now: Date,
): Promise<Set<string>> {
  const assets = await readKeys(trx, source, [...found.keys()]);
  const objects = [...found.values()].filter(object => object !== null);
  const { added, updated, gone, missing } = merge(assets, objects, ALWAYS, source.filter);
  const buried = [...gone, ...missing];
  await writeAssets(trx, source, { added, updated, gone: buried }, now);
  if (buried.length > 0 || updated.some(({ asset }) => asset.gone_at !== null))
    await unsettleQuota(trx, source.workspaceId);
  return new Set([...added, ...updated.map(({ object }) => object), ...buried].map(({ key }) => key));
}

async function mark(trx: Trx, source: FollowedSource, rows: readonly ChangeRow[], now: Date): Promise<void> {
  const marked = rows.filter(row => row.sequencer !== null);
  if (marked.length === 0) return;
  await sql`
    insert into change_marks (workspace_id, source_id, applied_at, key_hash, sequencer)
    select ${source.workspaceId}, ${source.sourceId}, ${now}, m.*
    from unnest(${marked.map(row => hashKey(row.key))}::text[], ${marked.map(row => row.sequencer)}::text[]) as m
    on conflict (workspace_id, source_id, key_hash) do update
      set sequencer = excluded.sequencer, applied_at = excluded.applied_at`.execute(trx);
}
