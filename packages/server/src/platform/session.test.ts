import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase, testServers } from './database/testing.ts';
import { createLogger } from './log.ts';
import { createSession, lockIsHeld, type Session, type SessionLock } from './session.ts';

const log = createLogger({ level: 'silent' });

describe.each(testServers)('a session on $name', server => {
  let database: TestDatabase<unknown>;
  let sessions: Session[];
  beforeEach(async () => {
    database = await createTestDatabase(server, { migrated: false });
    sessions = [];
  });
  afterEach(async () => {
    await Promise.all(sessions.map(session => session.stop()));
    await database.drop();
  });

  function newSession(): Session {
    const session = createSession({ poolConfig: database.poolConfig, log });
    sessions.push(session);
    return session;
  }
  /** Tries until the session is connected. */
  const lock = (session: Session, name: string): Promise<SessionLock> =>
    vi.waitFor(
      async () => {
        const got = await session.tryLock(name);
        if (!got) throw new Error(`cannot lock ${name}`);
        return got;
      },
      { timeout: 90_000 },
    );
  const isHeld = async (name: string): Promise<boolean> => {
    const { rows } = await database.pool.query(`select ${lockIsHeld('$1::text')} as held`, [name]);
    return rows[0].held;
  };
  async function endSessions(): Promise<void> {
    const admin = new pg.Client(server.poolConfig);
    await admin.connect();
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = $1 and application_name = 'mooring session'`,
      [database.poolConfig.database],
    );
    await admin.end();
  }

  test('holds a lock alone until it lets go, and everybody can see that', async () => {
    const [one, two] = [newSession(), newSession()];
    // Several names, so that some have negative numbers.
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      const held = await lock(one, name);
      expect(await one.tryLock(name)).toBeNull();
      expect(await two.tryLock(name)).toBeNull();
      expect(await isHeld(name)).toBe(true);
      await held.release();
      expect(await isHeld(name)).toBe(false);
      await (await lock(two, name)).release();
    }
  });

  test('says when its connection, and so its lock, is lost; the next one is its own', async () => {
    const session = newSession();
    const first = await lock(session, 'a');
    await endSessions();
    await expect.poll(() => first.lost.aborted).toBe(true);
    const second = await lock(session, 'a');
    await first.release(); // must not take the second from it
    expect(second.lost.aborted).toBe(false);
    expect(await isHeld('a')).toBe(true);
  });

  test('hears notifications, also after its connection was lost', async () => {
    const session = newSession();
    const heard: string[] = [];
    const unlisten = session.listen('news', payload => heard.push(payload));
    const tell = (payload: string) => database.pool.query(`select pg_notify('news', $1)`, [payload]);
    const isHeard = (payload: string) => () => tell(payload).then(() => heard.includes(payload));
    await expect.poll(isHeard('a')).toBe(true);
    await endSessions();
    await expect.poll(isHeard('b')).toBe(true);
    unlisten();
    heard.length = 0;
    await tell('c');
    await lock(session, 'after it'); // a notification would have come before the answer
    expect(heard).toEqual([]);
  });
});
