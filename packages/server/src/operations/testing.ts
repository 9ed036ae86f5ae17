import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { Schema } from '../catalogue/schema.ts';
import { createTestDatabase, type TestServer } from '../platform/database/testing.ts';

export const WORKSPACE = 'ws_00000000000000000000';
export const OTHER_WORKSPACE = 'ws_00000000000000000001';

/** A database with two workspaces and a table for the test handlers to write into. */
export async function createOperationsDatabase(server: TestServer) {
  const database = await createTestDatabase<Schema>(server);
  await database.db
    .insertInto('workspaces')
    .values([WORKSPACE, OTHER_WORKSPACE].map(id => ({ id, name: 'Test', created_at: new Date() })))
    .execute();
  await sql`create table effects (operation_id text, step int)`.execute(database.db);
  return database;
}

export async function effectsOf(db: Db, operationId: string): Promise<number[]> {
  const { rows } = await sql<{ step: number }>`
    select step from effects where operation_id = ${operationId} order by step`.execute(db);
  return rows.map(({ step }) => step);
}

export const steps = (count: number): number[] => Array.from({ length: count }, (_, step) => step);
