import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { Logger } from '../platform/log.ts';
import type { Session } from '../platform/session.ts';
import { ShuttingDown } from './interruption.ts';

const LOOK_INTERVAL_MS = 1000;
/** After an error a task that is due only once a day does not wait for the next day. */
const LONGEST_RETRY_SECONDS = 60;

/** Something the installation does again and again. */
export interface ScheduledTask {
  /** Names it in the database and in the log. */
  name: string;
  /** From the end of one run to the start of the next. */
  everySeconds: number;
  /**
   * Never runs twice at once, however many workers there are; after a crash it runs again at once.
   * @param signal aborts on shutdown, and where another worker may run the task by now
   * @throws anything: it is logged, and the task runs again after at most a minute
   */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Runs tasks when they are due, each in one worker at a time. When that is stands in the database, and whoever runs
 * a task holds its lock; both by the database's clock, so that it does not matter which worker lives or is late.
 */
export function createSchedule(deps: {
  db: Db;
  session: Session;
  log: Logger;
  tasks: readonly ScheduledTask[];
}) {
  const { db, session, log } = deps;
  const tasks = new Map(deps.tasks.map(task => [task.name, task]));
  const running = new Map<string, Promise<void>>();
  const stopping = new AbortController();

  /** New tasks are due at once, and none later than its interval says, which may have been longer once. */
  async function announce(): Promise<void> {
    for (const { name, everySeconds } of tasks.values()) {
      await sql`
        insert into schedule_tasks as t (name, due_at) values (${name}, now())
        on conflict (name) do update set due_at = ${inSeconds(everySeconds)}
        where t.due_at > ${inSeconds(everySeconds)}`.execute(db);
    }
  }

  async function findDue(name?: string): Promise<string[]> {
    const rows = await db
      .selectFrom('schedule_tasks')
      .select('name')
      .where('name', 'in', name === undefined ? [...tasks.keys()] : [name])
      .where('due_at', '<=', sql<Date>`now()`)
      .execute();
    return rows.map(row => row.name);
  }

  async function runOnce(task: ScheduledTask): Promise<void> {
    const lock = await session.tryLock(`mooring task ${task.name}`);
    if (!lock) return;
    try {
      // Whoever held the lock a moment ago may have run it.
      if ((await findDue(task.name)).length === 0) return;
      const wait = await runLogged(task, AbortSignal.any([stopping.signal, lock.lost]));
      if (lock.lost.aborted || stopping.signal.aborted) return;
      await db
        .updateTable('schedule_tasks')
        .set({ due_at: inSeconds(wait) })
        .where('name', '=', task.name)
        .execute();
    } finally {
      await lock.release();
    }
  }

  /** Returns in how many seconds it is due again. */
  async function runLogged({ name, everySeconds, run }: ScheduledTask, signal: AbortSignal): Promise<number> {
    try {
      await run(signal);
      return everySeconds;
    } catch (error) {
      if (!signal.aborted)
        log.error({ err: error, task: name }, 'a scheduled task failed; it will run again');
      return Math.min(everySeconds, LONGEST_RETRY_SECONDS);
    }
  }

  async function look(): Promise<void> {
    for (const name of await findDue()) {
      if (running.has(name) || stopping.signal.aborted) continue;
      const run = runOnce(tasks.get(name)!)
        .catch(error => log.warn({ err: error, task: name }, 'cannot keep the schedule; trying again'))
        .finally(() => running.delete(name));
      running.set(name, run);
    }
  }

  async function loop(): Promise<void> {
    for (let announced = false; !stopping.signal.aborted; ) {
      try {
        if (!announced) await announce();
        announced = true;
        await look();
      } catch (error) {
        log.warn({ err: error }, 'cannot look at the schedule; trying again');
      }
      await pause(LOOK_INTERVAL_MS, undefined, { signal: stopping.signal }).catch(() => {}); // stopping: the loop ends
    }
  }
  const looping = loop();

  return {
    /** Tasks that run are aborted, and due again at once for another worker. */
    async stop(): Promise<void> {
      stopping.abort(new ShuttingDown());
      await looping;
      await Promise.all(running.values());
    },
  };
}

const inSeconds = (seconds: number) => sql<Date>`now() + make_interval(secs => ${seconds})`;
