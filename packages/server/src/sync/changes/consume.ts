import { setTimeout as pause } from 'node:timers/promises';
import type { Clock, Provider } from '@mooring/storage/server';
import { sql } from 'kysely';
import type { Db } from '../../catalogue/db.ts';
import { type Logger, redact } from '../../platform/log.ts';
import type { Session } from '../../platform/session.ts';
import { applyChanges } from './apply.ts';
import { followed, toFollowed } from './feeds.ts';
import { CHANGES_CHANNEL, type FollowedSource, receiveChanges } from './inbox.ts';
import { parseEvents } from './parse-events.ts';
import { isDue } from './postponed.ts';

const LOOK_INTERVAL_MS = 1000;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 300_000;
const EMPTY_QUEUE_MS = 500;
const MESSAGES_AT_ONCE = 32; // the most that the service gives
/** Longer than reading and keeping takes; a message of a poller that died comes again after it. */
const HIDDEN_SECONDS = 30;

export interface ConsumerDependencies {
  db: Db;
  session: Session;
  connections: { open(workspaceId: string, connectionId: string): Promise<{ provider: Provider }> };
  clock: Clock;
  log: Logger;
}

type Followed = FollowedSource & { connectionId: string; queueUrl: string | null };

/**
 * Reads queues and deals with what is in the inbox, until it is stopped. Any number of processes may do this: a lock
 * gives each source and each queue to one of them.
 */
export function startChangeConsumer(dependencies: ConsumerDependencies) {
  const { db, session, connections, clock, log } = dependencies;
  const stopping = new AbortController();
  const { signal } = stopping;
  const failures = new Map<string, { count: number; retryAt: number }>();
  /** What is under way, by the feed whose queue is read or the source whose inbox is emptied. */
  const working = new Map<string, Promise<void>>();
  let awake = Promise.withResolvers<void>();

  /** One after the other, as long as there is something to do; a failure is noted and tried again later. */
  async function guarded(source: Followed, name: string, work: (lost: AbortSignal) => Promise<void>) {
    const failed = failures.get(name);
    if (failed && performance.now() < failed.retryAt) return;
    const lock = await session.tryLock(name);
    if (!lock) return;
    try {
      await work(AbortSignal.any([signal, lock.lost]));
      failures.delete(name);
    } catch (error) {
      if (signal.aborted || lock.lost.aborted) return;
      const count = (failed?.count ?? 0) + 1;
      const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (count - 1));
      failures.set(name, { count, retryAt: performance.now() + wait });
      log.warn(
        { err: error, sourceId: source.sourceId, again: wait },
        'cannot follow the changes of a source',
      );
      await noteError(source, redact(error instanceof Error ? error.message : String(error)));
    } finally {
      await lock.release();
    }
  }

  const noteError = (source: Followed, problem: string | null) =>
    db
      .updateTable('feeds')
      .set({ last_error: problem })
      .where('workspace_id', '=', source.workspaceId)
      .where('id', '=', source.feedId)
      .execute()
      .catch(failure => log.warn({ err: failure }, 'cannot note why changes are not followed'));

  const drain = (source: Followed) =>
    guarded(source, `changes:${source.sourceId}`, async held => {
      let more = true;
      while (more) {
        held.throwIfAborted();
        const { provider } = await connections.open(source.workspaceId, source.connectionId);
        more = await applyChanges(source, provider, { db, clock, signal: held });
      }
    });

  const poll = (source: Followed, queueUrl: string) =>
    guarded(source, `queue:${source.feedId}`, async held => {
      let isNoted = true; // perhaps by another process, or an earlier one
      while (await isFollowed(source.feedId)) {
        const { provider } = await connections.open(source.workspaceId, source.connectionId);
        const { messages } = provider;
        if (!messages) throw new Error('The credential of the connection cannot read queues.');
        const received = await messages.receive(queueUrl, {
          max: MESSAGES_AT_ONCE,
          hiddenSeconds: HIDDEN_SECONDS,
          signal: held,
        });
        const events = received.map(({ text }) => parseEvents(decodeMessage(text)));
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
        await Promise.all(received.map(message => messages.remove(queueUrl, message, held)));
        if (isNoted) await noteError(source, null);
        isNoted = false;
        if (received.length < MESSAGES_AT_ONCE) await pause(EMPTY_QUEUE_MS, undefined, { signal: held });
      }
    });

  const isFollowed = async (feedId: string): Promise<boolean> =>
    (await followed(db).where('f.id', '=', feedId).executeTakeFirst()) !== undefined;

  async function look(): Promise<void> {
    const feeds = (await followed(db).execute()).map(row => ({
      ...toFollowed(row),
      connectionId: row.connection_id,
      queueUrl: row.queue_url,
    }));
    for (const feed of feeds) {
      const { feedId, queueUrl } = feed;
      if (queueUrl !== null) begin(feedId, () => poll(feed, queueUrl));
    }
    const isWaiting = await findWaiting();
    for (const feed of feeds) if (isWaiting.has(feed.sourceId)) begin(feed.sourceId, () => drain(feed));
  }

  /** Nobody waits for it, so that one that takes long holds up no other. */
  function begin(id: string, work: () => Promise<void>): void {
    if (working.has(id)) return;
    const done = work()
      .catch(error => log.warn({ err: error }, 'cannot follow changes; trying again'))
      .finally(() => working.delete(id));
    working.set(id, done);
  }

  /** Sources with something to do in the inbox: a look into an index for each, however much waits. */
  async function findWaiting(): Promise<Set<string>> {
    const { rows } = await sql<{ source_id: string }>`
      select f.source_id from (select distinct workspace_id, source_id from feeds) f where exists (
        select from changes c where c.workspace_id = f.workspace_id and c.source_id = f.source_id
          and ${isDue(clock.now())})`.execute(db);
    return new Set(rows.map(row => row.source_id));
  }

  async function loop(): Promise<void> {
    while (!signal.aborted) {
      awake = Promise.withResolvers();
      const timer = setTimeout(awake.resolve, LOOK_INTERVAL_MS);
      await look().catch(error => log.warn({ err: error }, 'cannot look for changes; trying again'));
      await awake.promise;
      clearTimeout(timer);
    }
  }

  const unlisten = session.listen(CHANGES_CHANNEL, () => awake.resolve());
  const looping = loop();
  return {
    /** What is not dealt with stays in the inbox or in the queue. */
    async stop(): Promise<void> {
      stopping.abort();
      unlisten();
      awake.resolve();
      await looping;
      await Promise.all(working.values());
    },
  };
}

/** Event Grid puts JSON into a queue as Base64; what is no event there is counted, and let go. */
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
