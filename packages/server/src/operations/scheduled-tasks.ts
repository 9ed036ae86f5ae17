import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { Logger } from '../platform/log.ts';
import type { Session, SessionLock } from '../platform/session.ts';
import { startWorkLoop, type WorkLoop } from '../platform/work-loop.ts';

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
   * @param signal aborts on shutdown, and where another worker may run the task by now; never aborted at the start
   * @throws anything: it is logged, and the task runs again after at most a minute
   */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Runs tasks when they are due, each in one worker at a time. The database says when a task is due, and the worker
 * that runs it holds its lock. Both go by the database's clock, so it does not matter which worker lives or is late.
 */
export function startSchedule({
  db,
  session,
  log,
  tasks,
}: {
  db: Db;
  session: Session;
  log: Logger;
  tasks: readonly ScheduledTask[];
}): WorkLoop {
  let announced = false;

  /** New tasks are due at once, and none later than its interval says, which may have been longer once. */
  async function announce(): Promise<void> {
    for (const { name, everySeconds } of tasks) {
      await sql`
        insert into schedule_tasks as t (name, due_at) values (${name}, now())
        on conflict (name) do update set due_at = ${inSeconds(everySeconds)}
        where t.due_at > ${inSeconds(everySeconds)}`.execute(db);
    }
    announced = true;
  }

  async function findDue(among: readonly ScheduledTask[]): Promise<ScheduledTask[]> {
    const names = among.map(({ name }) => name);
    const { rows } = await sql<{ name: string }>`
      select name from schedule_tasks where name = any(${names}) and due_at <= now()`.execute(db);
    return among.filter(({ name }) => rows.some(row => row.name === name));
  }

  async function take(): Promise<Taken[]> {
    if (!announced) await announce();
    const taken: Taken[] = [];
    for (const task of await findDue(tasks)) {
      const lock = await session.tryLock(`mooring task ${task.name}`);
      if (lock) taken.push({ task, lock });
    }
    return taken;
  }

  async function run({ task, lock }: Taken, stopping: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stopping, lock.lost]);
    try {
      // The worker that held the lock a moment ago may have run it.
      if ((await findDue([task])).length === 0 || signal.aborted) return;
      const seconds = await runLogged(task, signal);
      if (signal.aborted) return; // it stays due
      await sql`
        update schedule_tasks set due_at = ${inSeconds(seconds)} where name = ${task.name}`.execute(db);
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

  return startWorkLoop({ name: 'schedule', atOnce: tasks.length, take, run, log });
}

interface Taken {
  task: ScheduledTask;
  lock: SessionLock;
}

const inSeconds = (seconds: number) => sql<Date>`now() + make_interval(secs => ${seconds})`;
