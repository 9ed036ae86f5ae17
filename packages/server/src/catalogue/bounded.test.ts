import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase, testServers } from '../platform/database/testing.ts';
import { within } from './bounded.ts';
import type { Schema } from './schema.ts';

describe.each(testServers)('a search on $name', server => {
  let database: TestDatabase<Schema>;
  beforeAll(async () => {
    database = await createTestDatabase<Schema>(server);
  });
  afterAll(() => database.drop());

  /** Each of them ends well before the search may not go on. */
  const sleepFor = (times: number) =>
    within(database.db, 400, async trx => {
      for (let at = 0; at < times; at++) await sql`select pg_sleep(0.15)`.execute(trx);
      return 'found';
    });

  test('ends after its time, also where no query alone takes so long', async () => {
    expect(await sleepFor(40)).toBeNull();
    expect(await sleepFor(0)).toBe('found');
  });
});
