import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Schema } from '../catalogue/schema.ts';
import { createTestDatabase, testServers } from '../platform/database/testing.ts';
import { createLogger } from '../platform/log.ts';
import { DROP_FORMER_QUEUE, dropFormerQueue } from './former-queue.ts';
import { startSchedule } from './scheduled-tasks.ts';
import { openProcess } from './testing-process.ts';

test.each(testServers)(
  'the tables of the former queue stay for a day after the upgrade, on $name',
  async server => {
    const database = await createTestDatabase<Schema>(server);
    const own = await openProcess(database.poolConfig);
    await sql`create schema mooring_queue create table job (id int)`.execute(own.db);
    const isThere = async () => {
      const { rows } = await sql`select to_regclass('mooring_queue.job') as job`.execute(own.db);
      return (rows[0] as { job: string | null }).job !== null;
    };
    let other = 0;
    const schedule = startSchedule({
      ...{ db: own.db, session: own.session, log: createLogger({ level: 'silent' }) },
      tasks: [
        { name: DROP_FORMER_QUEUE, everySeconds: 86_400, run: () => dropFormerQueue(own.db) },
        { name: 'another', everySeconds: 86_400, run: async () => void other++ },
      ],
    });
    await expect.poll(() => other).toBe(1);
    expect(await isThere()).toBe(true);
    await sql`update schedule_tasks set due_at = due_at - interval '1 day'`.execute(own.db);
    await expect.poll(isThere).toBe(false);
    await schedule.stop();
    await own.close();
    await database.drop();
  },
);
