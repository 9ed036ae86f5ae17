import { once } from 'node:events';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** A moment of the database, for `assetRowsWrittenSince`. */
export async function momentOf(database: pg.Client): Promise<string> {
  const { rows } = await database.query<{ moment: string }>(
    'select pg_current_xact_id()::xid::text as moment',
  );
  return rows[0]!.moment;
}

/** How many rows of assets were inserted or updated since. */
export async function assetRowsWrittenSince(database: pg.Client, moment: string): Promise<number> {
  const { rows } = await database.query<{ written: number }>(
    'select count(*)::int as written from assets where age(xmin) <= age($1::xid)',
    [moment],
  );
  return rows[0]!.written;
}

/**
 * The least that a first sync can cost: all asset rows, at hand in memory, go by one COPY into an empty table that is
 * made as that of the assets is, with its indexes.
 * @returns seconds
 */
export async function timePlainCopy(database: pg.Client): Promise<number> {
  const chunks: Buffer[] = [];
  const reading = database.query(copyTo('copy assets to stdout'));
  reading.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(reading, 'end');
  await database.query('drop table if exists copied_assets');
  await database.query('create table copied_assets (like assets including all)');

  const begin = performance.now();
  const writing = database.query(copyFrom('copy copied_assets from stdin'));
  for (const chunk of chunks) if (!writing.write(chunk)) await once(writing, 'drain');
  writing.end();
  await once(writing, 'finish');
  const seconds = (performance.now() - begin) / 1000;
  await database.query('drop table copied_assets');
  return seconds;
}

const PAGE = 5000;

/**
 * What a sync without any thought costs the database: every listed object is upserted, page by page, whether it
 * changed or not. Into a table of seven columns with one index, of as many objects as given.
 * @returns seconds for new objects, and for the same ones again
 */
export async function timeNaiveUpsert(
  database: pg.Client,
  objects: number,
): Promise<{ first: number; again: number }> {
  const { rows } = await database.query<Record<string, unknown>>(
    'select key, etag, size_bytes, content_type, tier, last_modified from assets limit $1',
    [objects],
  );
  await database.query(
    'create table naive (source_id text, key text collate "C", etag text, size_bytes int8, content_type text, tier text, last_modified timestamptz, primary key (source_id, key))',
  );
  const upsertAll = async () => {
    const begin = performance.now();
    for (let at = 0; at < rows.length; at += PAGE) {
      const page = rows.slice(at, at + PAGE);
      const column = (name: string) => page.map(row => row[name]);
      await database.query(
        `insert into naive
         select 'src_1', * from unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::text[], $6::timestamptz[])
         on conflict (source_id, key) do update set etag = excluded.etag, size_bytes = excluded.size_bytes,
           content_type = excluded.content_type, tier = excluded.tier, last_modified = excluded.last_modified`,
        ['key', 'etag', 'size_bytes', 'content_type', 'tier', 'last_modified'].map(column),
      );
    }
    return (performance.now() - begin) / 1000;
  };
  const times = { first: await upsertAll(), again: await upsertAll() };
  await database.query('drop table naive');
  return times;
}
