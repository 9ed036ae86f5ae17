import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';

/** Writes what a probe and a profile would: pictures, a tenth of videos, a thousandth that fails, and rare codecs. */
export async function fillFacts(database: pg.Client): Promise<void> {
  await database.query(`
    update assets a set probed_etag = etag, probed_at = now(), media_kind = f.kind, media_type = f.type,
      width = f.width, height = f.height, codec = f.codec, frames = f.seconds * 25, duration_seconds = f.seconds,
      media = jsonb_build_object('mediaType', f.type, 'kind', f.kind, 'width', f.width, 'height', f.height),
      failed_rules = case when hash % 1000 = 3 then array['brand'] end
    from (
      select id, hash, case when hash % 10 = 0 then 'video' else 'image' end as kind,
        case when hash % 10 = 0 then 'video/mp4' else 'image/jpeg' end as type,
        200 + hash / 7 % 3800 as width, 200 + hash / 11 % 2800 as height,
        case when hash % 100000 = 0 then 'av01.0.04M.08' when hash % 10 = 0 then 'avc1.64001f' end as codec,
        case when hash % 10 = 0 then hash / 13 % 7200 end as seconds
      from (select id, hashtext(id)::int8 + 2147483648 as hash from assets) h
    ) f where a.id = f.id`);
  await database.query('vacuum analyze assets');
}

/** A table as people make it for this: one row an asset, and an index on each column that they filter or sort by. */
export async function makePlainTable(database: pg.Client) {
  const columns = [
    'size_bytes',
    'last_modified',
    'media_kind',
    'width',
    'height',
    'duration_seconds',
    'codec',
  ];
  await database.query(
    `create table plain as select id, key, tier, content_type, failed_rules, ${columns} from assets`,
  );
  await database.query('alter table plain add primary key (id)');
  for (const column of [...columns, 'key']) await database.query(`create index on plain (${column})`);
  await database.query('create index on plain using gin (failed_rules)');
  await database.query('vacuum analyze plain');
  return {
    list: (where: string, order: string, most: number) =>
      database.query(`select * from plain where ${where} order by ${order} limit ${most}`),
    count: (where: string) =>
      database.query(`select media_kind, codec, count(*) from plain where ${where}
        group by grouping sets ((), (media_kind), (codec))`),
  };
}

/** Once a worker has built all bitmaps. @returns how long that took, in milliseconds */
export async function bitmapsBuilt(database: pg.Client): Promise<number> {
  const begin = performance.now();
  for (;;) {
    const { rows } = await database.query('select from asset_segments where not built limit 1');
    if (rows.length === 0) break;
    await setTimeout(100);
  }
  await database.query('vacuum analyze asset_bitmaps, asset_segments');
  return performance.now() - begin;
}
