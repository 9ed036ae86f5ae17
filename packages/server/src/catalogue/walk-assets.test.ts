import { assetFilter } from '@mooring/contract';
import { sql } from 'kysely';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPool } from '../platform/database/pool.ts';
import { testServers } from '../platform/database/testing.ts';
import { CopiedRows } from './copied-rows.ts';
import { copyOut } from './copy-out.ts';
import { createTestCatalogue, objectOf, type TestCatalogue } from './testing.ts';
import { Texts, Times, Wholes } from './vectors.ts';
import { walkAssets } from './walk-assets.ts';

const PLAIN = 3500;
const KEYS = Array.from({ length: 4000 }, (_, at) => String(at).padStart(5, '0'));
const METADATA_BYTES = 60_000;
const MB = 1024 * 1024;

describe.each(testServers)('walking assets on $name', server => {
  let it: TestCatalogue;
  let pool: pg.Pool;
  beforeAll(async () => {
    it = await createTestCatalogue(server);
    pool = createPool(it.poolConfig, { max: 2 });
    const connectionId = await it.connect();
    for (const container of ['first', 'second']) {
      const { id } = await it.catalogue.createSource(it.workspaceId, { connectionId, container });
      await it.write(id, () => ({ added: KEYS.map(key => objectOf(key)) }));
    }
    // It takes little room in the database, because it repeats itself.
    const metadata = JSON.stringify({ text: 'x'.repeat(METADATA_BYTES) });
    await sql`update assets set client_metadata = ${metadata}::jsonb where key >= ${KEYS[PLAIN]!}`.execute(
      it.db,
    );
  });
  afterAll(async () => {
    await pool.end();
    await it.drop();
  });

  test('gives all in order, and few at a time where client metadata is large', async () => {
    const found: string[] = [];
    for await (const { length, container, key, clientMetadata } of walkAssets(
      { db: it.db, pool },
      it.workspaceId,
      assetFilter.parse({}),
    )) {
      expect(clientMetadata.offsets[length]).toBeLessThan(9 * MB);
      for (let row = 0; row < length; row++) found.push(`${container}/${key.get(row)}`);
    }
    expect(found).toEqual(['first', 'second'].flatMap(container => KEYS.map(key => `${container}/${key}`)));
  });

  test('copies with values of every kind in the query', async () => {
    const [text, list] = ["it's \\ $1 %\n日", ['a"b', 'c\\d', "e'f,{}", '']];
    const [texts, lists, wholes, times] = [new Texts(1), new Texts(1), new Wholes(1), new Times(1)];
    const copied = new CopiedRows([texts, lists, wholes, times]);
    const time = new Date('2026-01-02T03:04:05.678Z');
    const query = sql`select ${text}::text, array_to_string(${list}::text[], '|'), ${-7}::int8, ${time}::timestamptz`;
    for await (const piece of copyOut(pool, query)) copied.add(piece);
    const found = [texts.get(0), lists.get(0), wholes.get(0), times.get(0)];
    expect(found).toEqual([text, list.join('|'), -7, time.getTime()]);
  });
});
