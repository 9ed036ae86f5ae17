import { setTimeout as pause } from 'node:timers/promises';
import type { Clock, MessageAddress, Provider } from '@mooring/storage/server';
import { sql } from 'kysely';
import type { Db } from '../../catalogue/db.ts';
import type { Kinds } from '../../platform/kinds.ts';
import type { Logger } from '../../platform/log.ts';
import { keptText } from '../../platform/redact.ts';
import type { Session, SessionLock } from '../../platform/session.ts';
import { remedyOf } from '../../platform/storage-problem.ts';
import { startWorkLoop, type WorkLoop } from '../../platform/work-loop.ts';
import { applyChanges } from './apply.ts';
import { eventsOf, followed, toFollowed } from './feeds.ts';
import { CHANGES_CHANNEL, type FollowedSource, receiveChanges } from './inbox.ts';
import { isDue } from './postponed.ts';

const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 300_000;
const EMPTY_QUEUE_MS = 500;
/** Longer than reading and keeping takes; a message of a poller that died comes again after it. */
const HIDDEN_SECONDS = 30;

export interface ConsumerDependencies {
  db: Db;
  session: Session;
  connections: { open(workspaceId: string, connectionId: string): Promise<{ provider: Provider }> };
  kinds: Kinds;
  clock: Clock;
  log: Logger;
}

type Followed = FollowedSource & { connectionId: string; address: MessageAddress | null };

/** One queue to read or one inbox to empty, and the lock that gives it to this process. */
interface Taken {
  source: Followed;
  lock: SessionLock;
  lockName: string;
  work(held: AbortSignal): Promise<void>;
}

/**
 * Reads queues and deals with what is in the inbox, until it is stopped. Any number of processes may do this: a lock
 * gives each source and each queue to one of them. All run at once, so that one that takes long holds up no other.
 */
export function startChangeConsumer(dependencies: ConsumerDependencies): WorkLoop {
  const { db, session, connections, kinds, clock, log } = dependencies;
  const failures = new Map<string, { count: number; retryAt: number }>();

  async function take(): Promise<Taken[]> {
    const feeds = (await followed(db).execute()).map(row => ({
      ...toFollowed(row),
      connectionId: row.connection_id,
      address: row.address as MessageAddress | null,
    }));
    if (feeds.length === 0) return [];
    const isWaiting = await findWaiting();
    const wanted = feeds.flatMap(source => {
      const { feedId, sourceId, address } = source;
      const poll = (held: AbortSignal) => pollQueue(source, address!, held);
      const drain = (held: AbortSignal) => drainInbox(source, held);
      return [
        ...(address === null ? [] : [{ source, lockName: `queue:${feedId}`, work: poll }]),
        ...(isWaiting.has(sourceId) ? [{ source, lockName: `changes:${sourceId}`, work: drain }] : []),
      ];
    });
    const taken: Taken[] = [];
    for (const one of wanted) {
      if (performance.now() < (failures.get(one.lockName)?.retryAt ?? 0)) continue;
      const lock = await session.tryLock(one.lockName);
      if (lock) taken.push({ ...one, lock });
    }
    return taken;
  }

  /** A failure is noted, and tried again later. */
  async function run({ source, lock, lockName, work }: Taken, stopping: AbortSignal): Promise<void> {
    const held = AbortSignal.any([stopping, lock.lost]);
    try {
      await work(held);
      failures.delete(lockName);
    } catch (error) {
      if (held.aborted) return;
      const count = (failures.get(lockName)?.count ?? 0) + 1;
      const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (count - 1));
      failures.set(lockName, { count, retryAt: performance.now() + wait });
      log.warn(
        { err: error, sourceId: source.sourceId, again: wait },
        'cannot follow the changes of a source',
      );
      await noteError(source, error);
    } finally {
      await lock.release();
    }
  }

  /** @param error why it is not followed; null: it is */
  const noteError = (source: Followed, error: unknown) =>
    db
      .updateTable('feeds')
      .set({ last_error: error === null ? null : describe(error), remedy: toJson(remedyOf(error)) })
      .where('workspace_id', '=', source.workspaceId)
      .where('id', '=', source.feedId)
      .execute()
      .catch(failure => log.warn({ err: failure }, 'cannot note why changes are not followed'));

  async function drainInbox(source: Followed, held: AbortSignal): Promise<void> {
    let more = true;
    while (more) {
      held.throwIfAborted();
      const { provider } = await connections.open(source.workspaceId, source.connectionId);
      more = await applyChanges(source, provider, { db, clock, signal: held });
    }
  }

  async function pollQueue(source: Followed, address: MessageAddress, held: AbortSignal): Promise<void> {
    const reader = eventsOf(kinds, source);
    let isNoted = true; // perhaps by another process, or an earlier one
    while (await isFollowed(source.feedId)) {
      const { provider } = await connections.open(source.workspaceId, source.connectionId);
      const { messages } = provider;
      if (!messages) throw new Error('The credential of the connection cannot read messages.');
      const received = await messages.receive(address, { hiddenSeconds: HIDDEN_SECONDS, signal: held });
      const events = received.map(({ text }) => reader.parse(decodeMessage(text)));
      if (received.length > 0) {
        await db.transaction().execute(trx =>
          receiveChanges(
            trx,
            source,
            events.flatMap(({ changes }) => changes),
            { count: received.length, now: clock.now() },
          ),
        );
      }
      await Promise.all(received.map(message => messages.remove(address, message, held)));
      if (isNoted) await noteError(source, null);
      isNoted = false;
      if (received.length === 0) await pause(EMPTY_QUEUE_MS, undefined, { signal: held });
    }
  }

  const isFollowed = async (feedId: string): Promise<boolean> =>
    (await followed(db).where('f.id', '=', feedId).executeTakeFirst()) !== undefined;

  /** Sources with something to do in the inbox: a look into an index for each, however much waits. */
  async function findWaiting(): Promise<Set<string>> {
    const { rows } = await sql<{ source_id: string }>`
      select f.source_id from (select distinct workspace_id, source_id from feeds) f where exists (
        select from changes c where c.workspace_id = f.workspace_id and c.source_id = f.source_id
          and ${isDue(clock.now())})`.execute(db);
    return new Set(rows.map(row => row.source_id));
  }

  // What is not dealt with when it stops stays in the inbox or in the queue.
  return startWorkLoop({
    name: 'changes',
    atOnce: Number.POSITIVE_INFINITY,
    take,
    run,
    wakeOn: wake => session.listen(CHANGES_CHANNEL, wake),
    log,
  });
}

const describe = (error: unknown): string => keptText(error instanceof Error ? error.message : String(error));
const toJson = (value: object | null): string | null => value && JSON.stringify(value);

/** Some services put JSON into a queue as Base64; what is no event there is counted, and let go. */
function decodeMessage(text: string): unknown {
  for (const json of [Buffer.from(text, 'base64').toString(), text]) {
    try {
      return JSON.parse(json);
    } catch {
      // Not in this form.
    }
  }
  return null;
}
