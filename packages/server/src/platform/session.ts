import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from './log.ts';

const PROBE_INTERVAL_MS = 5000;
const ANSWER_WITHIN_MS = 5000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2000;
// So that the server notices within seconds when the machine at the other end has gone without a word.
const KEEPALIVE =
  'set tcp_keepalives_idle = 4; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3';

/** A lock that only this process holds, for as long as its connection lives. */
export interface SessionLock {
  /** Aborts when the connection is lost, and with it the lock. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * The one connection of a process for what belongs to a connection rather than to a transaction: listening for
 * notifications, and locks that end when the process dies. It reconnects by itself; what was sent meanwhile is
 * missed, so listeners also look for themselves now and then.
 */
export function createSession({ poolConfig, log }: { poolConfig: pg.PoolConfig; log: Logger }) {
  const listeners = new Map<string, Set<(payload: string) => void>>();
  const held = new Map<string, AbortController>();
  const stopping = new AbortController();
  let client: pg.Client | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  /** One statement at a time: a client of `pg` does not take them in parallel. Null while there is no connection. */
  function run<R extends pg.QueryResultRow>(sql: string, values: string[] = []): Promise<R[] | null> {
    const result = turn.then(async () => {
      const using = client;
      if (!using) return null;
      try {
        return (await using.query<R>(sql, values)).rows;
      } catch (error) {
        lose(using, error);
        return null;
      }
    });
    turn = result;
    return result;
  }

  function lose(lost: pg.Client, error: unknown): void {
    if (client !== lost) return;
    client = null;
    const locks = [...held.values()];
    held.clear();
    for (const lock of locks) lock.abort();
    lost.end().catch(() => {}); // it is gone already
    if (stopping.signal.aborted) return;
    log.warn({ err: error, locks: locks.length }, 'lost the session with the database; connecting again');
    connecting = connect();
  }

  async function connect(): Promise<void> {
    for (let wait = FIRST_RETRY_MS; !stopping.signal.aborted; wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
      const next = new pg.Client({
        ...poolConfig,
        application_name: 'mooring session',
        keepAlive: true,
        connectionTimeoutMillis: ANSWER_WITHIN_MS,
        query_timeout: ANSWER_WITHIN_MS,
      });
      next.on('error', error => lose(next, error));
      next.on('end', () => lose(next, new Error('the database closed the session')));
      next.on('notification', ({ channel, payload = '' }) => {
        for (const listener of listeners.get(channel) ?? []) listener(payload);
      });
      try {
        await next.connect();
        await next.query(KEEPALIVE);
        for (const channel of listeners.keys()) await next.query(`listen ${pg.escapeIdentifier(channel)}`);
        client = next;
        return;
      } catch (error) {
        log.warn({ err: error }, 'cannot open a session with the database; trying again');
        next.end().catch(() => {}); // it never was open
        await pause(wait, undefined, { signal: stopping.signal }).catch(() => {}); // stopping
      }
    }
  }

  let connecting = connect();
  const probe = setInterval(() => void run('select 1'), PROBE_INTERVAL_MS);

  return {
    /** Calls back with the payload of each notification on a channel; returns how to end that. */
    listen(channel: string, listener: (payload: string) => void): () => void {
      const existing = listeners.get(channel);
      const all = existing ?? new Set();
      all.add(listener);
      if (!existing) {
        listeners.set(channel, all);
        void connecting.then(() => run(`listen ${pg.escapeIdentifier(channel)}`));
      }
      return () => all.delete(listener);
    },

    /** Takes a lock by name without waiting. Null: another process or a caller of this one holds it. */
    async tryLock(name: string): Promise<SessionLock | null> {
      if (held.has(name)) return null;
      const controller = new AbortController();
      held.set(name, controller);
      const rows = await run<{ got: boolean }>(`select pg_try_advisory_lock(${lockKey('$1::text')}) as got`, [
        name,
      ]);
      if (rows?.[0]?.got !== true || controller.signal.aborted) {
        if (held.get(name) === controller) held.delete(name);
        return null;
      }
      return {
        lost: controller.signal,
        async release() {
          if (held.get(name) !== controller) return;
          held.delete(name);
          await run(`select pg_advisory_unlock(${lockKey('$1::text')})`, [name]);
        },
      };
    },

    async stop(): Promise<void> {
      stopping.abort();
      clearInterval(probe);
      await connecting;
      await turn;
      const last = client;
      client = null;
      await last?.end();
    },
  };
}
export type Session = ReturnType<typeof createSession>;

/** SQL: the number that stands for a lock's name. */
const lockKey = (name: string): string => `hashtextextended(${name}, 0)`;

/** SQL: whether any process holds the lock with this name (an SQL expression). */
export const lockIsHeld = (name: string): string => `exists (
  select from pg_locks where locktype = 'advisory' and objsubid = 1 and granted
    and database = (select oid from pg_database where datname = current_database())
    and (classid::int8 << 32) | objid::int8 = ${lockKey(name)})`;
