import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type {
  Feed,
  FeedCreate,
  FeedCreated,
  Fix,
  KindSchemas,
  StorageLocation,
  SyncCounts,
} from '@mooring/contract';
import { type FeedWay, readFields } from '@mooring/storage';
import type { Clock, EventReader, MessageAddress, Provider } from '@mooring/storage/server';
import { type Selectable, sql } from 'kysely';
import type { Db } from '../../catalogue/db.ts';
import type { Schema } from '../../catalogue/schema.ts';
import { neverSynced } from '../../catalogue/sources.ts';
import { isStorable } from '../../catalogue/storable.ts';
import { newId } from '../../platform/ids.ts';
import { type Kinds, type PureKind, refusalError } from '../../platform/kinds.ts';
import { MooringError, notFound } from '../../platform/problem.ts';
import { type FollowedSource, receiveChanges } from './inbox.ts';
import { listPostponed, type Postponed } from './postponed.ts';

/** Of what a feed cannot look at. */
const MOST_NAMED = 20;

type FeedRow = Selectable<Schema['feeds']>;

export interface FeedsDependencies {
  db: Db;
  clock: Clock;
  connections: { open(workspaceId: string, connectionId: string): Promise<{ provider: Provider }> };
  kinds: Kinds;
  /** For tests: changes of a source that may wait. */
  mostWaiting?: number;
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** What tells of changes in sources, and where services post them. */
export function createFeeds({ db, clock, connections, kinds, mostWaiting }: FeedsDependencies) {
  async function mustFindSource(workspaceId: string, sourceId: string) {
    const source = await db
      .selectFrom('sources as s')
      .innerJoin('connections as c', join =>
        join.onRef('c.workspace_id', '=', 's.workspace_id').onRef('c.id', '=', 's.connection_id'),
      )
      .where('s.workspace_id', '=', workspaceId)
      .where('s.id', '=', sourceId)
      .where('c.removed_at', 'is', null)
      .where('s.removed_at', 'is', null)
      .select(['s.connection_id', 's.registered_as', 'c.provider', 'c.location'])
      .executeTakeFirst();
    if (!source) throw notFound('source', sourceId);
    if (source.registered_as !== null) throw neverSynced(sourceId);
    return source;
  }

  return {
    /** What `create` takes for a source. @throws MooringError `not_found`; `invalid_request`: there is no such way */
    async inputOf(
      workspaceId: string,
      sourceId: string,
      wayId: string,
    ): Promise<KindSchemas['schemas']['FeedCreate']> {
      const running = kinds.get((await mustFindSource(workspaceId, sourceId)).provider);
      findWay(running, wayId);
      return running.kind.api.schemas.FeedCreate;
    },

    /**
     * Follows a source.
     * @param baseUrl what the service reaches this installation under
     * @throws MooringError `not_found`; `conflict` where that queue is followed already; `invalid_request` where the
     * storage kind has no such way or not with these fields, or the queue is not one of the connection's account
     */
    async create(
      workspaceId: string,
      sourceId: string,
      input: FeedCreate,
      baseUrl: string,
    ): Promise<FeedCreated> {
      const source = await mustFindSource(workspaceId, sourceId);
      const running = kinds.get(source.provider);
      const way = findWay(running, input.kind);
      const location = source.location as StorageLocation;
      const fields = way.fields(location);
      const read = readFields({ fields }, input, { now: clock.now(), location });
      if (!read.ok) throw refusalError(running, read, null);
      let address: MessageAddress | null = null;
      if (way.how === 'messages') {
        const { provider } = await connections.open(workspaceId, source.connection_id);
        if (!provider.messages) throw noMessages();
        const reading = provider.messages.address(read.value);
        if (!reading.ok) throw refusalError(running, reading, null);
        address = reading.value;
      }
      const secret = randomBytes(32).toString('base64url');
      const id = newId('feed', clock.now().getTime());
      const made = await db
        .insertInto('feeds')
        .values({
          workspace_id: workspaceId,
          id,
          source_id: sourceId,
          kind: input.kind,
          secret_hash: way.how === 'webhook' ? hashOf(secret) : null,
          address: address && JSON.stringify(address),
          created_at: clock.now(),
        })
        .onConflict(conflict => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      if (!made) {
        throw new MooringError(
          'conflict',
          'Messages can be read for one source only; these are read already.',
          {
            fix: 'Give each source its own queue and its own subscription.',
          },
        );
      }
      const [feed] = await listOf(db, workspaceId, sourceId, id);
      return {
        ...feed!,
        webhookUrl: way.how === 'webhook' ? `${baseUrl}/events/${id}?code=${secret}` : null,
      };
    },

    /** Oldest first. @throws MooringError `not_found` */
    async list(workspaceId: string, sourceId: string): Promise<Feed[]> {
      await mustFindSource(workspaceId, sourceId);
      return listOf(db, workspaceId, sourceId, null);
    },

    /** What came and is not dealt with goes too. @throws MooringError `not_found` */
    async remove(workspaceId: string, sourceId: string, feedId: string): Promise<void> {
      const { numDeletedRows } = await db
        .deleteFrom('feeds')
        .where('workspace_id', '=', workspaceId)
        .where('source_id', '=', sourceId)
        .where('id', '=', feedId)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw notFound('feed', feedId);
    },

    /**
     * The feed that a delivery is for.
     * @throws MooringError `not_found` for an unknown feed and for a wrong secret alike
     */
    async authenticate(feedId: string, secret: string): Promise<FollowedSource> {
      if (!isStorable(feedId)) throw notFound('feed', feedId);
      const row = await followed(db)
        .where('f.id', '=', feedId)
        .where('f.secret_hash', 'is not', null)
        .executeTakeFirst();
      const expected = row?.secret_hash ?? Buffer.alloc(32);
      if (!timingSafeEqual(expected, hashOf(secret)) || !row) throw notFound('feed', feedId);
      return toFollowed(row);
    },

    /** Reads the deliveries for a source. */
    eventsOf: (source: FollowedSource): EventReader => eventsOf(kinds, source),

    /** Keeps what a delivery tells; answered after that, nothing is lost. Returns how many changes were kept. */
    async receive(source: FollowedSource, body: unknown): Promise<number> {
      const { changes, ignored, malformed } = eventsOf(kinds, source).parse(body);
      const count = changes.length + ignored + malformed;
      return db
        .transaction()
        .execute(trx => receiveChanges(trx, source, changes, { count, now: clock.now(), mostWaiting }));
    },
  };
}
export type Feeds = ReturnType<typeof createFeeds>;

/** Feeds of sources in use, with what is needed to follow them. */
export const followed = (db: Db) =>
  db
    .selectFrom('feeds as f')
    .innerJoin('sources as s', join =>
      join.onRef('s.workspace_id', '=', 'f.workspace_id').onRef('s.id', '=', 'f.source_id'),
    )
    .innerJoin('connections as c', join =>
      join.onRef('c.workspace_id', '=', 's.workspace_id').onRef('c.id', '=', 's.connection_id'),
    )
    .where('c.removed_at', 'is', null)
    .where('c.status', '<>', 'unlinked')
    .where('s.removed_at', 'is', null)
    .select([
      'f.workspace_id',
      'f.id',
      'f.source_id',
      'f.kind',
      'f.secret_hash',
      'f.address',
      's.container',
      's.prefix',
      's.connection_id',
      'c.provider',
    ]);

export const toFollowed = (row: {
  workspace_id: string;
  id: string;
  source_id: string;
  provider: string;
  container: string;
  prefix: string;
}): FollowedSource => ({
  workspaceId: row.workspace_id,
  sourceId: row.source_id,
  feedId: row.id,
  provider: row.provider,
  container: row.container,
  prefix: row.prefix,
});

/** Who reads what the service of a source says. */
export function eventsOf(kinds: Kinds, { provider }: FollowedSource): EventReader {
  const { events } = kinds.get(provider);
  if (!events) throw new Error(`The storage kind ${provider} reads no events, though it is followed.`);
  return events;
}

function findWay({ kind }: PureKind, id: string): FeedWay {
  const found = kind.feeds.find(way => way.id === id);
  if (found) return found;
  const ways = kind.feeds.map(way => way.id).join(', ');
  const message = `“${id}” is not a way in which ${kind.words.service} reports changes.`;
  throw new MooringError('invalid_request', message, {
    fix:
      ways === ''
        ? `Give the source a schedule: Mooring cannot read events of ${kind.words.service}.`
        : `Send one of them as kind: ${ways}.`,
    fields: [{ path: 'kind', message }],
  });
}

/** Feeds of a source with how much waits, and what the latest sync corrected since they exist. */
async function listOf(db: Db, workspaceId: string, sourceId: string, feedId: string | null): Promise<Feed[]> {
  const { rows } = await sql<
    FeedRow & {
      waiting: number;
      postponed: number;
      operation_id: string | null;
      counts: SyncCounts | null;
      finished_at: Date | null;
      sync_wanted_at: Date | null;
      sync_wanted_reason: string | null;
    }
  >`
    select f.*, (select count(*) from changes c where c.workspace_id = f.workspace_id
        and c.source_id = f.source_id and c.feed_id = f.id and c.retry_at is null)::int8 as waiting,
      (select count(*) from changes c where c.workspace_id = f.workspace_id
        and c.source_id = f.source_id and c.feed_id = f.id and c.retry_at is not null)::int8 as postponed,
      o.id as operation_id, o.counts, o.finished_at, s.sync_wanted_at, s.sync_wanted_reason
    from feeds f join sources s on s.workspace_id = f.workspace_id and s.id = f.source_id left join lateral (
      select id, counts, finished_at from operations o
      where o.workspace_id = f.workspace_id and o.subject_id = f.source_id and o.kind = 'sync'
        and o.status = 'succeeded' and o.created_at > f.created_at
      order by o.id desc limit 1
    ) o on true
    where f.workspace_id = ${workspaceId} and f.source_id = ${sourceId}
      and (${feedId}::text is null or f.id = ${feedId})
    order by f.id`.execute(db);
  const postponed = await listPostponed(db, { workspaceId, sourceId }, MOST_NAMED);
  return rows.map(row => ({
    id: row.id,
    sourceId: row.source_id,
    kind: row.kind,
    address: row.address as MessageAddress | null,
    receivedCount: row.received_count,
    appliedCount: row.applied_count,
    waitingCount: row.waiting,
    droppedCount: row.dropped_count,
    lastEventAt: row.last_event_at?.toISOString() ?? null,
    lastError: row.last_error,
    remedy: row.remedy as Fix | null,
    unreadableCount: row.postponed,
    unreadable: postponed.filter(({ feed_id }) => feed_id === row.id).map(toUnreadable),
    syncWanted: row.sync_wanted_at && {
      since: row.sync_wanted_at.toISOString(),
      reason: row.sync_wanted_reason!,
    },
    repaired:
      row.operation_id && row.counts && row.finished_at
        ? { operationId: row.operation_id, at: row.finished_at.toISOString(), assets: mended(row.counts) }
        : null,
    createdAt: row.created_at.toISOString(),
  }));
}

const toUnreadable = ({ key, kind, problem, remedy, attempts, received_at, retry_at }: Postponed) => ({
  key,
  kind,
  problem,
  remedy,
  attempts,
  since: received_at.toISOString(),
  nextLookAt: retry_at.toISOString(),
});

const mended = ({ added, changed, removed, restored }: SyncCounts): number =>
  added + changed + removed + restored;

const noMessages = (): MooringError =>
  new MooringError('invalid_request', 'The credential of the connection cannot read messages.', {
    fix: 'Let the service post to Mooring, or replace the credential with one that may read messages.',
  });
