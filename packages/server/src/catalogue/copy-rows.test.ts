import fc from 'fast-check';
import { sql } from 'kysely';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPool } from '../platform/database/pool.ts';
import { testServers } from '../platform/database/testing.ts';
import { transactWithCopy } from './copy-rows.ts';
import { isStorable } from './storable.ts';
import { createTestCatalogue, type TestCatalogue } from './testing.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.constantFrom('\\N', '\t\n\r\\', '', 'é'.repeat(1024), '𝄞'),
);
const row = fc.record({
  key: text.filter(isStorable),
  type: fc.option(text.filter(isStorable)),
  size: fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1)),
  at: fc.date({ noInvalidDate: true, min: new Date('1601-01-01'), max: new Date('2200-01-01') }),
  over: fc.boolean(),
});

describe.each(testServers)('rows copied on $name', server => {
  let it: TestCatalogue;
  let pool: Pool;
  beforeAll(async () => {
    it = await createTestCatalogue(server);
    pool = createPool(it.poolConfig, { max: 1 });
  });
  afterAll(async () => {
    await pool.end();
    await it.drop();
  });

  test('are what was written, for any content and any number', async () => {
    await pool.query(
      'create table copied (place int8, key text, type text, size int8, at timestamptz, over boolean)',
    );
    const drawn = [
      ...fc.sample(fc.array(row, { maxLength: 30 }), 20),
      fc.sample(row, 20_000), // more than one piece
      fc.sample(row, 3).map(each => ({ ...each, key: 'k'.repeat(1_000_000) })),
    ];
    for (const rows of drawn) {
      await pool.query('truncate copied');
      await transactWithCopy(pool, AbortSignal.timeout(60_000), (_trx, copy) =>
        copy('copied (place, key, type, size, at, over)', [...rows.entries()], (values, [place, each]) => {
          values.int8(place);
          values.text(each.key);
          values.text(each.type);
          values.int8(each.size);
          values.time(each.at);
          values.boolean(each.over);
        }),
      );
      const { rows: found } = await pool.query('select key, type, size, at, over from copied order by place');
      expect(found).toEqual(rows);
    }
  });

  test('are given up when the signal aborts, in the middle of a copy or of a query', async () => {
    await pool.query('create table given_up (place int8)');
    const abort = [new AbortController(), new AbortController()];
    const gone = new Error('gone');
    const rows = Array.from({ length: 200_000 }, (_, place) => place);
    const copying = transactWithCopy(pool, abort[0]!.signal, (_trx, copy) =>
      copy('given_up (place)', rows, (values, place) => {
        values.int8(place);
        if (place === 100_000) queueMicrotask(() => abort[0]!.abort(gone));
      }),
    );
    await expect(copying).rejects.toThrow(/The operation was aborted/);
    const asking = transactWithCopy(pool, abort[1]!.signal, async (trx, copy) => {
      await copy('given_up (place)', [1], values => values.int8(1));
      setImmediate(() => abort[1]!.abort(gone));
      await sql`select pg_sleep(600)`.execute(trx);
    });
    await expect(asking).rejects.toThrow(/canceling statement/);
    const late = transactWithCopy(pool, abort[1]!.signal, (_trx, copy) =>
      copy('given_up (place)', [1], values => values.int8(1)),
    );
    await expect(late).rejects.toBe(gone);
    expect((await pool.query('select from given_up')).rowCount).toBe(0);
  });
});
