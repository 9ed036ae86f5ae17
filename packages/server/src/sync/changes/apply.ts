import type { Clock, EventObject, Provider, StorageObject } from '@mooring/storage/server';
import { sql } from 'kysely';
import { writeAssets } from '../../catalogue/asset-writes.ts';
import type { Db, Trx } from '../../catalogue/db.ts';
import { unsettleQuota } from '../../catalogue/quota.ts';
import { type LockedSource, lockSource } from '../../catalogue/source-lock.ts';
import { readKeys } from '../../catalogue/stored-assets.ts';
import { type RetryOptions, systemRetry } from '../../listing/retry.ts';
import { hashKey } from '../key-marks.ts';
import { merge } from '../merge-rows.ts';
import { wantSync } from '../want-sync.ts';
import { reconcileDirectory, Unlisted } from './directory.ts';
import type { FollowedSource } from './inbox.ts';
import { canList, LOOKS_AT_ONCE, lookAtAll, TRIES } from './look.ts';
import { isDue, postpone } from './postponed.ts';

const CHANGES_AT_ONCE = 1000;
/** More are left to a full sync, which needs no memory for them, goes on after a crash, and is guarded. */
const MOST_IN_DIRECTORY = 50_000;
/** What was read of the storage just now is later than all that the catalogue holds. */
const ALWAYS = new Date(8.64e15);

interface ChangeRow {
  seq: number;
  feed_id: string;
  key: string;
  kind: 'object' | 'directory';
  sequencer: string | null;
  object: EventObject | null;
}

/** Stands in a text for what was not UTF-8 on the way. */
const REPLACED = '\ufffd';
const SPOILT_NAME = 'An event named an object whose key was damaged on the way, so only a sync finds it.';

export interface ApplyDependencies {
  db: Db;
  clock: Clock;
  signal: AbortSignal;
  retry?: RetryOptions;
  /** For tests: objects of a directory beyond which a full sync is left to find what has changed. */
  mostInDirectory?: number;
  /** For tests: objects that cannot be looked at, beyond which a full sync is left to settle them. */
  mostPostponed?: number;
  /** For tests: how long one look may take. */
  lookSeconds?: number;
}

/**
 * Takes the oldest changes out of a source's inbox and brings their assets in line with the storage. An event only
 * says where to look: what is there now is asked of the storage, so it does not matter in which order events come or
 * how often. Those no later than what was dealt with before (by their sequencer) are let go without a look. Where
 * Mooring's server may not look (`client-only`), the latest event of each key is believed.
 *
 * An object or directory that cannot be looked at is postponed and holds back no other. Where nothing can be looked at
 * and the source cannot even be listed, the connection is at fault, not the object.
 *
 * One process at a time does this for a source, or an older look could be written after a newer one.
 * @returns whether there were any
 * @throws ProviderError where the connection does not work; the changes stay in the inbox
 */
export async function applyChanges(
  source: FollowedSource,
  provider: Provider,
  {
    db,
    clock,
    signal,
    retry = systemRetry,
    mostInDirectory = MOST_IN_DIRECTORY,
    mostPostponed,
    lookSeconds,
  }: ApplyDependencies,
): Promise<boolean> {
  const { workspaceId, sourceId } = source;
  const rows = await readDue(db, source, clock.now());
  if (rows.length === 0) return false;

  const options = { signal, retry, lookSeconds };
  const directories = new Map(rows.filter(row => row.kind === 'directory').map(row => [row.key, row]));
  const failed = new Map<ChangeRow, Error>();
  for (const [directory, row] of directories) {
    try {
      await reconcileDirectory(source, provider, directory, {
        ...{ db, clock, signal, mostInDirectory },
        retry: { ...retry, ...TRIES },
      });
    } catch (error) {
      if (!(error instanceof Unlisted)) throw error;
      failed.set(row, error.why);
    }
  }
  const worked = directories.size > failed.size;
  const latest = await dropOld(db, source, latestOfEachKey(rows.filter(row => row.kind === 'object')));
  const found = new Map<string, StorageObject | null>();
  const look = async (rows: readonly ChangeRow[]) => {
    const seen = await lookAtAll(source, provider, rows, options);
    for (const [key, object] of seen.found) found.set(key, object);
    for (const [row, error] of seen.failed) failed.set(row, error);
  };
  // A few first: in an outage each look can take as long as it may.
  await look(latest.slice(0, LOOKS_AT_ONCE));
  const [first] = failed.values();
  if (first && !worked && found.size === 0 && !(await canList(source, provider, options))) throw first;
  await look(latest.slice(LOOKS_AT_ONCE));

  await db.transaction().execute(async trx => {
    const locked = await lockSource(trx, workspaceId, sourceId);
    const written = await writeFound(trx, locked, found, clock.now());
    const spoilt = latest.find(
      ({ key }) => key.includes(REPLACED) && found.get(key) === null && !written.has(key),
    );
    if (spoilt) await wantSync(trx, locked, SPOILT_NAME, clock.now());
    const handled = latest.filter(row => !failed.has(row));
    const applied = handled.filter(row => written.has(row.key));
    await mark(trx, source, handled, clock.now());
    await forget(trx, source, rows, [...directories.values(), ...latest], failed);
    await postpone(trx, source, failed, { now: clock.now(), most: mostPostponed });
    await sql`
      update feeds f set last_error = null, remedy = null, applied_count = applied_count
        + (select count(*) from unnest(${applied.map(row => row.feed_id)}::text[]) as a (feed_id) where a.feed_id = f.id)
      where workspace_id = ${workspaceId} and id = any(${[...new Set(rows.map(row => row.feed_id))]}::text[])`.execute(
      trx,
    );
  });
  return true;
}

async function readDue(db: Db, { workspaceId, sourceId }: FollowedSource, now: Date): Promise<ChangeRow[]> {
  const { rows } = await sql<ChangeRow>`
    select seq, feed_id, key, kind, sequencer, object from changes
    where workspace_id = ${workspaceId} and source_id = ${sourceId} and ${isDue(now)}
    order by seq limit ${CHANGES_AT_ONCE}`.execute(db);
  return rows;
}

/**
 * Takes changes out of the inbox, all but those that failed, with what was postponed earlier of the places that were
 * looked at. A late event that was let go without a look takes nothing with it.
 */
async function forget(
  trx: Trx,
  { workspaceId, sourceId }: FollowedSource,
  rows: readonly ChangeRow[],
  looked: readonly ChangeRow[],
  failed: ReadonlyMap<ChangeRow, Error>,
): Promise<void> {
  const stay = [...failed.keys()].map(row => row.seq);
  await sql`
    delete from changes where workspace_id = ${workspaceId} and source_id = ${sourceId}
      and seq <> all(${stay}::int8[])
      and (seq = any(${rows.map(row => row.seq)}::int8[]) or (retry_at is not null and (kind, key) in (
        select * from unnest(${looked.map(row => row.kind)}::text[], ${looked.map(row => row.key)}::text[]))))`.execute(
    trx,
  );
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
