import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { appliedMigrations, type Migrations, migrateToLatest } from './migrate.ts';
import { createDb, createPool } from './pool.ts';
import { createTestDatabase, testServers } from './testing.ts';

const one: Migrations = {
  '0001_one': { up: db => sql`create table one (id int8)`.execute(db).then(() => {}) },
};
const two: Migrations = {
  ...one,
  '0002_two': { up: db => sql`create table two (id int8)`.execute(db).then(() => {}) },
};

describe.each(testServers)('migrations on $name', server => {
  test('four processes migrate at once: each migration runs once', async () => {
    const database = await createTestDatabase(server, { migrated: false });
    const pools = [1, 2, 3, 4].map(() => createPool(database.poolConfig, { max: 2 }));
    const ran = await Promise.all(pools.map(pool => migrateToLatest(createDb(pool), two)));
    expect(ran.flat().sort()).toEqual(['0001_one', '0002_two']);
    expect(await appliedMigrations(database.db)).toEqual(['0001_one', '0002_two']);
    await Promise.all(pools.map(pool => pool.end()));
    await database.drop();
  });

  test('a migration that fails leaves nothing of itself', async () => {
    const database = await createTestDatabase(server, { migrated: false });
    await migrateToLatest(database.db, one);
    const broken: Migrations = {
      ...two,
      '0003_broken': { up: db => sql`create table one (id int8)`.execute(db).then(() => {}) },
    };
    await expect(migrateToLatest(database.db, broken)).rejects.toThrow('relation "one" already exists');
    expect(await appliedMigrations(database.db)).toEqual(['0001_one']);
    expect(await migrateToLatest(database.db, two)).toEqual(['0002_two']);
    await database.drop();
  });

  test('a database that a newer version migrated is refused', async () => {
    const database = await createTestDatabase(server, { migrated: false });
    await migrateToLatest(database.db, two);
    await expect(migrateToLatest(database.db, one)).rejects.toMatchObject({
      code: 'unavailable',
      message:
        'A newer Mooring has migrated this database: it has 0002_two, which this version does not know.',
      fix: expect.stringMatching(/^Run the newer version/),
    });
    await database.drop();
  });
});
