import { setTimeout as pause } from 'node:timers/promises';
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
  const run = (own: TestProcess, task: ScheduledTask) => {
    const schedule = startSchedule({ db: own.db, session: own.session, log, tasks: [task] });
    schedules.push(schedule);
    return schedule;
  };
  const dueIn = async (name: string): Promise<number> => {
    const { rows } = await sql<{ seconds: number }>`
      select extract(epoch from due_at - now())::float8 as seconds from schedule_tasks where name = ${name}`.execute(
      database.db,
    );
    return rows[0]!.seconds;
  };

  test('runs a task in one worker at a time, again and again', async () => {
    const runs: { worker: number; at: number }[] = [];
    let atOnce = 0;
    let most = 0;
    for (const [worker, own] of processes.entries()) {
      run(own, {
        name: 'shared',
        everySeconds: 0.1,
        async run() {
          runs.push({ worker, at: performance.now() });
          most = Math.max(most, ++atOnce);
          await pause(300);
          atOnce--;
        },
      });
    }
    await expect.poll(() => runs.length).toBeGreaterThanOrEqual(4);
    expect(most).toBe(1);
  });

  test('is due an interval after it ran, for any worker', async () => {
    let runs = 0;
    const task = { name: 'daily', everySeconds: 86_400, run: async () => void runs++ };
    run(processes[0]!, task);
    await expect.poll(() => dueIn('daily')).toBeGreaterThan(86_000);
    run(processes[1]!, task);
    await pause(1500);
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
    const task = (worker: string, own: TestProcess) =>
      run(own, {
        name: 'handed over',
        everySeconds: 86_400,
        run: signal =>
          new Promise((_, reject) => {
            seen.push(worker);
            signal.addEventListener('abort', () => reject(signal.reason));
          }),
      });
    const first = task('first', processes[0]!);
    await expect.poll(() => seen).toEqual(['first']);
    task('second', processes[1]!);
    await pause(1200);
    expect(seen).toEqual(['first']);
    await first.stop();
    await expect.poll(() => seen).toEqual(['first', 'second']);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'mooring session' and datname = current_database()`.execute(database.db);
    await expect.poll(() => seen).toEqual(['first', 'second', 'second']);
  });
});
