import type {
  DatasetChange,
  DatasetDifference,
  DatasetMember,
  DatasetVersion,
  Page,
  Split,
} from '@mooring/contract';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import { decodeCursor, encodeCursor, notACursor, type PageRequest } from '../catalogue/cursor.ts';
import type { Db } from '../catalogue/db.ts';
import type { Schema } from '../catalogue/schema.ts';
import { MooringError } from '../platform/problem.ts';

type MemberRow = Selectable<Schema['dataset_members']>;

interface MembersDependencies {
  db: Db;
  getVersion(workspaceId: string, datasetId: string, version: number): Promise<DatasetVersion>;
}
type Change = DatasetChange['change'];

/** What versions hold, and what is different between them. */
export function createMembers({ db, getVersion }: MembersDependencies) {
  /** @throws MooringError `not_found`; `invalid_request` where `from` is not before it */
  async function pairOf(workspaceId: string, datasetId: string, to: number, from = to - 1): Promise<Pair> {
    const { members } = await getVersion(workspaceId, datasetId, to);
    if (from >= to) throw notBefore(from, to);
    if (from > 0) await getVersion(workspaceId, datasetId, from);
    return { workspaceId, datasetId, from, to, members };
  }

  return {
    /** One page, by source and number, which never change. */
    async listMembers(
      workspaceId: string,
      datasetId: string,
      version: number,
      { cursor, limit, split }: PageRequest & { split?: Split | undefined },
    ): Promise<Page<DatasetMember>> {
      await getVersion(workspaceId, datasetId, version);
      const { rows } = await sql<MemberRow & { now: DatasetMember['now'] }>`
        select m.*, case when a.id is null or a.gone_at is not null then 'gone'
          when a.etag = m.etag then 'same' else 'changed' end as now
        from (
          select * from dataset_members m
          where ${ofDataset({ workspaceId, datasetId })} and ${inVersion(version)} and ${isAfter(cursor)}
            ${split === undefined ? sql`` : sql`and m.split = ${split}`}
          order by m.source_id, m.number limit ${limit + 1}
        ) m left join assets a on a.workspace_id = m.workspace_id and a.id = m.asset_id
        order by m.source_id, m.number`.execute(db);
      return pageOf(rows, limit, toMember);
    },

    async getDifference(
      workspaceId: string,
      datasetId: string,
      to: number,
      from?: number,
    ): Promise<DatasetDifference> {
      const pair = await pairOf(workspaceId, datasetId, to, from);
      const { rows } = await sql<Record<Change, number>>`
        select count(*) filter (where b.number is null) as added,
          count(*) filter (where a.number is not null and b.number is not null and ${DIFFERS}) as changed,
          count(*) filter (where a.number is null) as gone
        from (${begunIn(pair)}) a full join (${endedIn(pair)}) b using (source_id, number)`.execute(db);
      const { added, changed, gone } = rows[0]!;
      return { from: pair.from, to, added, changed, gone, same: pair.members - added - changed };
    },

    async listChanges(
      workspaceId: string,
      datasetId: string,
      to: number,
      {
        from,
        change,
        cursor,
        limit,
      }: PageRequest & { from?: number | undefined; change?: Change | undefined },
    ): Promise<Page<DatasetChange>> {
      const pair = await pairOf(workspaceId, datasetId, to, from);
      const wanted = change === undefined ? sql`true` : sql`c.change = ${change}`;
      // Rows become JSON after the limit: there may be very many.
      const { rows } = await sql<ChangeRow>`
        select source_id, number, change, to_jsonb(c.b) as before, to_jsonb(c.a) as after from (
          select c.* from (
            select source_id, number, case when b.number is null then 'added' when a.number is null then 'gone'
                when ${DIFFERS} then 'changed' end as change, b, a
            from (${begunIn(pair, cursor)}) a full join (${endedIn(pair, cursor)}) b using (source_id, number)
          ) c where c.change is not null and ${wanted}
          order by c.source_id, c.number limit ${limit + 1}
        ) c order by source_id, number`.execute(db);
      return pageOf(rows, limit, toChange);
    },
  };
}

interface Pair {
  workspaceId: string;
  datasetId: string;
  from: number;
  to: number;
  /** Of the later one. */
  members: number;
}
type Side = Pick<MemberRow, 'asset_id' | 'key' | 'etag' | 'size_bytes' | 'content_type' | 'split' | 'facts'>;
interface ChangeRow {
  source_id: string;
  number: number;
  change: Change;
  before: Side | null;
  after: Side | null;
}

export const ofDataset = ({ workspaceId, datasetId }: Pick<Pair, 'workspaceId' | 'datasetId'>) =>
  sql`m.workspace_id = ${workspaceId} and m.dataset_id = ${datasetId}`;

export const inVersion = (version: number): RawBuilder<boolean> =>
  sql`m.from_version <= ${version} and (m.until_version is null or m.until_version > ${version})`;

/** Rows of the later version that the earlier one does not have. */
const begunIn = (pair: Pair, cursor?: string) => sql`
  select m.* from dataset_members m
  where ${ofDataset(pair)} and m.from_version > ${pair.from} and ${inVersion(pair.to)} and ${isAfter(cursor)}`;

/** Rows of the earlier version that the later one does not have. */
const endedIn = (pair: Pair, cursor?: string) => sql`
  select m.* from dataset_members m
  where ${ofDataset(pair)} and m.until_version <= ${pair.to} and ${inVersion(pair.from)} and ${isAfter(cursor)}`;

/** A member can leave, and come back as it was. */
const DIFFERS = sql<boolean>`(a.key, a.etag, a.size_bytes, a.content_type, a.split, a.facts)
  is distinct from (b.key, b.etag, b.size_bytes, b.content_type, b.split, b.facts)`;

function isAfter(cursor: string | undefined): RawBuilder<boolean> {
  if (cursor === undefined) return sql`true`;
  const [sourceId, number] = decodeCursor(cursor, 2);
  if (!/^\d{1,10}$/.test(number!) || Number(number) > 2_147_483_647) throw notACursor();
  return sql`(m.source_id, m.number) > (${sourceId}, ${Number(number)})`;
}

function pageOf<R extends { source_id: string; number: number }, T>(
  rows: readonly R[],
  limit: number,
  toItem: (row: R) => T,
): Page<T> {
  const last = rows[limit - 1];
  return {
    items: rows.slice(0, limit).map(toItem),
    nextCursor: rows.length > limit && last ? encodeCursor(last.source_id, String(last.number)) : null,
  };
}

const toMember = (row: MemberRow & { now: DatasetMember['now'] }): DatasetMember => ({
  assetId: row.asset_id,
  connectionId: row.connection_id,
  sourceId: row.source_id,
  container: row.container,
  key: row.key,
  etag: row.etag,
  sizeBytes: row.size_bytes,
  contentType: row.content_type,
  lastModified: row.last_modified.toISOString(),
  split: row.split as Split | null,
  facts: row.facts as Record<string, unknown>,
  now: row.now,
});

function toChange({ change, before, after }: ChangeRow): DatasetChange {
  const { asset_id: assetId, key } = (after ?? before)!;
  const differs = (name: keyof Side) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]);
  const isContent = (['etag', 'size_bytes', 'content_type', 'key'] as const).some(differs);
  const what: DatasetChange['what'] =
    change === 'changed'
      ? [
          ...(isContent ? ['content' as const] : []),
          ...(differs('facts') ? ['facts' as const] : []),
          ...(differs('split') ? ['split' as const] : []),
        ]
      : [];
  return { assetId, key, change, what, before: sideOf(before), after: sideOf(after) };
}

const sideOf = (row: Side | null): DatasetChange['before'] =>
  row && {
    etag: row.etag,
    sizeBytes: row.size_bytes,
    split: row.split as Split | null,
    facts: row.facts as Record<string, unknown>,
  };

const notBefore = (from: number, to: number) =>
  new MooringError('invalid_request', `Version ${from} is not before version ${to}.`, {
    fix: 'Name an earlier version, or 0 to compare with nothing.',
    fields: [{ path: 'from', message: `expected a version before ${to}` }],
  });
