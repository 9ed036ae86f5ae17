import type pg from 'pg';

/** Every table of an installation, that of the queue included, with its rows as text. */
export async function dumpTables(client: pg.Client): Promise<Map<string, string[]>> {
  const { rows: tables } = await client.query<{ name: string }>(`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1`);
  const dump = new Map<string, string[]>();
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`select t::text as row from only ${name} as t`);
    dump.set(
      name,
      rows.map(({ row }) => row),
    );
  }
  return dump;
}

/** The tables that have a row with this text in it. */
export const tablesWith = (dump: Map<string, string[]>, text: string): string[] =>
  [...dump].filter(([, rows]) => rows.some(row => row.includes(text))).map(([name]) => name);
