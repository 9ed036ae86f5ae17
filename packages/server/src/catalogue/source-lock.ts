import type { Profile, SourceFilters } from '@mooring/contract';
import { sql } from 'kysely';
import { notFound } from '../platform/problem.ts';
import type { Trx } from './db.ts';
import { directoryOf } from './key.ts';
import { createKeyFilter, type KeyFilter } from './key-filter.ts';
import { findProfile } from './profiles.ts';

/** A source that no other transaction writes assets of. */
export interface LockedSource {
  readonly workspaceId: string;
  readonly id: string;
  readonly connectionId: string;
  /** Where the key directories of its top folder begin: the directory part of its prefix. */
  readonly directory: string;
  readonly filters: SourceFilters;
  /** Whether a probe of it is wanted already. */
  readonly isProbeWanted: boolean;
  /** Why a key becomes no asset; null where it does. */
  readonly filter: KeyFilter;
  /** Of its profile. */
  readonly rules: Profile['rules'];
}

/**
 * Locks a source until the transaction ends. Each writer of a source's assets holds this lock, so that counters
 * add up and a removed source stays removed.
 *
 * @throws MooringError `not_found` where the source is not there, or its connection has been removed.
 */
export async function lockSource(trx: Trx, workspaceId: string, sourceId: string): Promise<LockedSource> {
  const { rows: sources } = await sql<{
    connection_id: string;
    prefix: string;
    filters: SourceFilters;
    probe_wanted: boolean;
    profile: string;
  }>`
    select connection_id, prefix, filters, probe_wanted_at is not null as probe_wanted, profile from sources
    where workspace_id = ${workspaceId} and id = ${sourceId} and removed_at is null
    for no key update`.execute(trx);
  const source = sources[0];
  if (!source) throw notFound('source', sourceId);
  // A statement of its own: it sees what was committed while the first one waited for the lock.
  const { rows: connections } = await sql`
    select from connections where workspace_id = ${workspaceId} and id = ${source.connection_id}
      and removed_at is null`.execute(trx);
  if (connections.length === 0) throw notFound('connection', source.connection_id);
  const { rules } = await findProfile(trx, workspaceId, source.profile);
  return {
    workspaceId,
    id: sourceId,
    connectionId: source.connection_id,
    directory: directoryOf(source.prefix),
    filters: source.filters,
    isProbeWanted: source.probe_wanted,
    filter: createKeyFilter(source.prefix, source.filters),
    rules,
  };
}
