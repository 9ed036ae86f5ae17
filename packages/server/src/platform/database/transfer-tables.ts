import pg from 'pg';
import { MIGRATOR_TABLES } from './migrate.ts';
import type { Header } from './transfer-format.ts';

type Table = Header['tables'][number];
const quoted = pg.escapeIdentifier;

/** How a table is named in SQL. */
export const nameOf = (table: { name: string }): string => `public.${quoted(table.name)}`;
/** How a table and its columns are named in `copy`. */
export const columnsOf = (table: Table): string =>
  `${nameOf(table)} (${table.columns.map(quoted).join(', ')})`;

/** Every table of Mooring with its columns, by name, and how many rows it has. */
export async function readTables(client: pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select c.relname as name,
       array_agg(a.attname::text order by a.attnum) filter (where a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all($1)
     group by c.relname order by c.relname collate "C"`,
    [MIGRATOR_TABLES],
  );
  const tables: Table[] = [];
  for (const table of rows) {
    const counted = await client.query<{ count: string }>(
      `select count(*)::text as count from ${nameOf(table)}`,
    );
    tables.push({ ...table, rows: Number(counted.rows[0]!.count) });
  }
  return tables;
}

/** The sequences of Mooring's tables that have been used. */
export async function readSequences(client: pg.ClientBase): Promise<Header['sequences']> {
  const { rows } = await client.query<{ name: string; value: string }>(
    `select sequencename as name, last_value::text as value from pg_sequences
     where schemaname = 'public' and last_value is not null order by 1`,
  );
  return rows;
}

/** Which keys sealed what is in the columns named `…_sealed`: the four bytes after the first (platform/secrets.ts). */
export async function readSecretKeyIds(client: pg.ClientBase, tables: Table[]): Promise<string[]> {
  const ids = new Set<string>();
  for (const table of tables) {
    for (const column of table.columns.filter(name => name.endsWith('_sealed')).map(quoted)) {
      const { rows } = await client.query<{ id: string }>(
        `select distinct encode(substring(${column} from 2 for 4), 'hex') as id from ${nameOf(table)} where ${column} is not null`,
      );
      for (const { id } of rows) ids.add(id);
    }
  }
  return [...ids].sort();
}

/**
 * Takes all foreign keys and secondary indexes away and returns how to put them back, which checks every row. Tables
 * can then be filled in any order, those that refer to each other too, and several times faster.
 */
export async function dropReferencesAndIndexes(client: pg.ClientBase): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ drop: string; create: string }>(
    `select 1 as step, format('drop index %s', indexrelid::regclass) as drop, pg_get_indexdef(indexrelid) as create
     from pg_index join pg_class c on c.oid = indrelid
     where c.relnamespace = 'public'::regnamespace and c.relname <> all($1)
       and not exists (select from pg_constraint where conindid = indexrelid and contype <> 'f')
     union all
     select 2, format('alter table %s drop constraint %I', conrelid::regclass, conname),
       format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace
     order by step`,
    [MIGRATOR_TABLES],
  );
  // A foreign key may rest on a unique index, so it goes first and comes last.
  for (const { drop } of rows.toReversed()) await client.query(drop);
  return async () => {
    for (const { create } of rows) await client.query(create);
  };
}
