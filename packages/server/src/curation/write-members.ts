import type { Split, SplitRule } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import type { Trx } from '../catalogue/db.ts';
import { memberFacts, splitOf } from './member-sql.ts';

/** Some numbers of one source, for a version that is being made. */
export interface MemberRange {
  workspaceId: string;
  datasetId: string;
  version: number;
  sourceId: string;
  from: number;
  to: number;
}

/** Which assets are members: conditions on `assets a`. */
export interface MembersWanted {
  /** Those of the version before that are present. */
  keep: boolean;
  add: RawBuilder<boolean>;
  /** It outweighs the others. */
  remove: RawBuilder<boolean>;
  splitRule: SplitRule | null;
}

export interface Batch extends Record<Split, number> {
  members: number;
  /** As digits. */
  size_bytes: string;
  added: number;
  changed: number;
  gone: number;
}

/** What of a member makes it another one. */
const SAME = ['asset_id', 'key', 'etag', 'size_bytes', 'content_type', 'split', 'facts'];
const valuesOf = (alias: string) => sql.join(SAME.map(column => sql.ref(`${alias}.${column}`)));

/**
 * Writes the members of one range: those that are new or differ get a row, and the rows of those that differ or are no
 * members any more end. All others stay untouched.
 */
export async function writeMembers(
  trx: Trx,
  { workspaceId, datasetId, version, sourceId, from, to }: MemberRange,
  { keep, add, remove, splitRule }: MembersWanted,
): Promise<Batch> {
  // Before there are statistics of the members, the planner would compare each asset with each member of the range. A
  // nested loop that cannot be avoided then counts as so expensive that the query would be compiled, which takes longer
  // than the query.
  await sql`select set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true)`.execute(trx);
  const ofRange = sql`workspace_id = ${workspaceId} and source_id = ${sourceId}
    and number >= ${from} and number < ${to}`;
  const { rows } = await sql<Batch>`
    with before as materialized (
      select * from dataset_members where ${ofRange} and dataset_id = ${datasetId} and until_version is null
    ), here as materialized (
      select * from assets where ${ofRange}
    ), wanted as materialized (
      select a.source_id, a.number, a.id as asset_id, a.connection_id, s.container, a.key, a.etag, a.size_bytes,
        a.content_type, a.last_modified, ${splitOf(splitRule)} as split, ${memberFacts} as facts
      from here a
      join sources s on s.workspace_id = a.workspace_id and s.id = a.source_id and s.removed_at is null
      left join before b on b.number = a.number
      where ((${keep} and b.number is not null and a.gone_at is null) or ${add}) and not coalesce(${remove}, false)
    ), same as materialized (
      select w.number from wanted w join before b on b.number = w.number
      where (${valuesOf('w')}) is not distinct from (${valuesOf('b')})
    ), ended as (
      update dataset_members m set until_version = ${version} from before b
      where m.workspace_id = ${workspaceId} and m.dataset_id = ${datasetId} and m.source_id = ${sourceId}
        and m.number >= ${from} and m.number < ${to}
        and m.number = b.number and m.from_version = b.from_version and b.number not in (select number from same)
    ), begun as (
      insert into dataset_members (workspace_id, dataset_id, from_version, source_id, number, asset_id, connection_id,
        container, key, etag, size_bytes, content_type, last_modified, split, facts)
      select ${workspaceId}, ${datasetId}, ${version}, w.* from wanted w
      where w.number not in (select number from same)
    )
    select count(*) as members, coalesce(sum(w.size_bytes), 0)::text as size_bytes,
      count(*) filter (where b.number is null) as added,
      count(*) filter (where b.number is not null) - (select count(*) from same) as changed,
      (select count(*) from before) - count(b.number) as gone,
      count(*) filter (where w.split = 'train') as train,
      count(*) filter (where w.split = 'validation') as validation,
      count(*) filter (where w.split = 'test') as test
    from wanted w left join before b on b.number = w.number`.execute(trx);
  return rows[0]!;
}
