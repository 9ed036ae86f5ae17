import type { Credential, Operation } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { type Selectable, sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { Schema } from '../catalogue/schema.ts';
import { ownershipMissing, proofOf } from '../connections/ownership/proof.ts';
import type { Operations } from '../operations/operations.ts';
import { isShared, type PureKinds } from '../platform/kinds.ts';
import { MooringError } from '../platform/problem.ts';

const SOURCES_AT_ONCE = 1000;
/** After a sync that was wanted and has failed. */
const AGAIN_SECONDS = 3600;

/** A source of which a sync is due, or was held. */
interface Candidate
  extends Pick<
    Selectable<Schema['connections']>,
    | 'workspace_id'
    | 'name'
    | 'status_reason'
    | 'provider'
    | 'place'
    | 'location'
    | 'credential'
    | 'credential_sealed'
    | 'credential_version'
    | 'ownership_proven_at'
    | 'ownership_proven_by'
    | 'ownership_of'
  > {
  id: string;
  connection_id: string;
  due: boolean;
  sync_held: string | null;
  /** Whether the latest checks came as far as to list its container; true where none have run. */
  lists: boolean;
}

/**
 * Starts the syncs that are due, by the schedules of their sources or because events were let go (want-sync.ts). None
 * of an unlinked connection. None of one that may not be used or cannot list either: there, the source says why.
 * @returns those it started
 */
export async function startDueSyncs({
  db,
  kinds,
  operations,
  clock,
}: {
  db: Db;
  kinds: PureKinds;
  operations: Operations;
  clock: Clock;
}): Promise<Operation[]> {
  const started: Operation[] = [];
  let candidates: Candidate[] = [];
  do {
    candidates = await findCandidates(db, clock.now(), candidates.at(-1)?.id ?? '');
    for (const candidate of candidates) {
      const held = candidate.due ? whyHeld(kinds, candidate) : null;
      if (held !== candidate.sync_held) await noteHeld(db, candidate, held);
      const operation = candidate.due && held === null ? await start(operations, candidate) : null;
      if (operation) started.push(operation);
    }
  } while (candidates.length === SOURCES_AT_ONCE);
  return started;
}

async function findCandidates(db: Db, now: Date, after: string): Promise<Candidate[]> {
  const seconds = (count: unknown) => sql`make_interval(secs => ${count})`;
  const { rows } = await sql<Candidate>`
    select * from (
      select s.workspace_id, s.id, s.sync_held, c.name, c.status_reason, c.provider, c.place, c.location, c.credential,
        c.credential_sealed, c.credential_version, c.ownership_proven_at, c.ownership_proven_by, c.ownership_of, c.id as connection_id,
        coalesce(coalesce(o.latest, s.created_at) + ${seconds(sql`s.every_seconds`)} <= ${now}, false)
          or (s.sync_wanted_at is not null and (o.latest is null or o.latest <= s.sync_wanted_at
            or o.latest + ${seconds(AGAIN_SECONDS)} <= ${now})) as due,
        not exists (select from checks k where k.workspace_id = c.workspace_id and k.connection_id = c.id
          and k.side = 'server' and k.id = 'list' and k.status in ('failed', 'skipped')) as lists
      from sources s
      join connections c on c.workspace_id = s.workspace_id and c.id = s.connection_id
      cross join lateral (
        select max(o.created_at) as latest from operations o
        where o.workspace_id = s.workspace_id and o.subject_id = s.id and o.kind = 'sync'
          and not coalesce((o.options ->> 'dryRun')::boolean, false)
      ) o
      where s.id > ${after} and s.removed_at is null and c.removed_at is null and c.credential_sealed is not null
        and (s.every_seconds is not null or s.sync_wanted_at is not null or s.sync_held is not null)
    ) s where due or sync_held is not null
    order by id limit ${SOURCES_AT_ONCE}`.execute(db);
  return rows;
}

/** Why no sync can come to anything now; null where nothing is known to be in the way. */
function whyHeld(kinds: PureKinds, source: Candidate): string | null {
  const { name, connection_id, credential, lists } = source;
  if (isShared(kinds.get(source.provider), credential as Credential) && !proofOf(source))
    return ownershipMissing({ id: connection_id, name }).message;
  if (lists) return null;
  return `The latest checks of the connection “${name}” (${connection_id}) could not list the container: ${source.status_reason ?? 'run them again to see why.'}`;
}

const noteHeld = (db: Db, source: Candidate, held: string | null) =>
  db
    .updateTable('sources')
    .set({ sync_held: held })
    .where('workspace_id', '=', source.workspace_id)
    .where('id', '=', source.id)
    .execute();

/** Null where one has not finished. */
async function start(operations: Operations, source: Candidate): Promise<Operation | null> {
  const subject = { type: 'source', id: source.id } as const;
  try {
    return await operations.start(source.workspace_id, { kind: 'sync', subject, unit: 'objects' });
  } catch (error) {
    if (error instanceof MooringError && error.code === 'sync_already_running') return null;
    throw error;
  }
}
