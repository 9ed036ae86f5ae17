import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { testServers } from '../platform/database/testing.ts';
import { createLogger } from '../platform/log.ts';
import { type ScheduledTask, startSchedule } from './scheduled-tasks.ts';
import { createOperationsDatabase } from './testing.ts';
import { openProcess, type TestProcess } from './testing-process.ts';

describe.each(testServers)('a schedule on $name', server => {
  let database: Awaited<ReturnType<typeof createOperationsDatabase>>;
  const processes: TestProcess[] = [];
  const schedules: ReturnType<typeof startSchedule>[] = [];
  const lines: string[] = [];
  const log = createLogger({ level: 'warn', destination: { write: line => lines.push(line) } });
  beforeAll(async () => {
    database = await createOperationsDatabase(server);
    processes.push(await openProcess(database.poolConfig), await openProcess(database.poolConfig));
  });
  afterEach(async () => {
    await Promise.all(schedules.splice(0).map(schedule => schedule.stop()));
    lines.length = 0;
  });
  afterAll(async () => {
    await Promise.all(processes.map(own => own.close()));
    await database.drop();
  });
  const run = (own: TestProcess, ...tasks: ScheduledTask[]) => {
    const schedule = startSchedule({ db: own.db, session: own.session, log, tasks });
    schedules.push(schedule);
    return schedule;
  };
  /** A task of one worker alone. What it counts shows how often that worker has looked for what is due. */
  const witness = (name: string) => {
    let looks = 0;
    return {
      task: { name, everySeconds: 0.05, run: async () => void looks++ },
      /** Comes when the worker has looked for due tasks, from start to end, since the call. */
      async looked() {
        const aim = looks + 2;
        await expect.poll(() => looks).toBeGreaterThanOrEqual(aim);
      },
    };
  };
  const dueIn = async (name: string): Promise<number> => {
    const { rows } = await sql<{ seconds: number }>`
      select extract(epoch from due_at - now())::float8 as seconds from schedule_tasks where name = ${name}`.execute(
      database.db,
    );
    return rows[0]!.seconds;
  };

  test('runs a task in one worker at a time, again and again', async () => {
    const witnesses = processes.map((_, worker) => witness(`witness of ${worker}`));
    const RUNS = 4;
    let runs = 0;
    let atOnce = 0;
    let most = 0;
    for (const [worker, own] of processes.entries()) {
      const task = {
        name: 'shared',
        everySeconds: 0.1,
        async run() {
          runs++;
          most = Math.max(most, ++atOnce);
          if (runs < RUNS) await witnesses[1 - worker]!.looked();
          atOnce--;
        },
      };
      run(own, task, witnesses[worker]!.task);
    }
    await expect.poll(() => runs).toBeGreaterThanOrEqual(RUNS);
    expect(most).toBe(1);
  });

  test('is due an interval after it ran, for any worker', async () => {
    let runs = 0;
    const task = { name: 'daily', everySeconds: 86_400, run: async () => void runs++ };
    run(processes[0]!, task);
    await expect.poll(() => dueIn('daily')).toBeGreaterThan(86_000);
    const second = witness('witness of the second');
    run(processes[1]!, task, second.task);
    await second.looked();
    expect(runs).toBe(1);
    await sql`update schedule_tasks set due_at = now() where name = 'daily'`.execute(database.db);
    await expect.poll(() => runs).toBe(2);
  });

  test('an interval that became shorter counts at once', async () => {
    await sql`insert into schedule_tasks values ('shorter', now() + '1 year')`.execute(database.db);
    run(processes[0]!, { name: 'shorter', everySeconds: 60, run: async () => {} });
    await expect.poll(() => dueIn('shorter')).toBeLessThan(61);
  });

  test('an error is logged and ends neither the worker nor the task', async () => {
    let runs = 0;
    run(processes[0]!, {
      name: 'failing',
      everySeconds: 86_400,
      async run() {
        runs++;
        throw new Error('the first time');
      },
    });
    await expect.poll(() => lines.join('\n')).toContain('the first time');
    await expect.poll(() => dueIn('failing')).toBeLessThan(61);
    await sql`update schedule_tasks set due_at = now() where name = 'failing'`.execute(database.db);
    await expect.poll(() => runs).toBe(2);
  });

  test('what a stopped or killed worker ran is taken over at once', async () => {
    const seen: string[] = [];
    const task = (worker: string): ScheduledTask => ({
      name: 'handed over',
      everySeconds: 86_400,
      run: signal =>
        new Promise((_, reject) => {
          seen.push(worker);
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    });
    const first = run(processes[0]!, task('first'));
    await expect.poll(() => seen).toEqual(['first']);
    const waiting = witness('witness of who waits');
    run(processes[1]!, task('second'), waiting.task);
    await waiting.looked();
    expect(seen).toEqual(['first']);
    await first.stop();
    await expect.poll(() => seen).toEqual(['first', 'second']);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'mooring session' and datname = current_database()`.execute(database.db);
    await expect.poll(() => seen).toEqual(['first', 'second', 'second']);
  });
});
