import { compareUtf8 } from '@mooring/storage/server';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testServers } from '../platform/database/testing.ts';
import { readChunks } from './asset-chunks.ts';
import { writeAssets } from './asset-writes.ts';
import type { KeyRange } from './key-range.ts';
import { lockSource } from './source-lock.ts';
import { factsOf, readRanges } from './stored-assets.ts';
import { adversarialKey, createTestCatalogue, objectOf, recount, type TestCatalogue } from './testing.ts';

const bounds = fc.uniqueArray(adversarialKey, { minLength: 1, maxLength: 5 });
/** One transaction: keys are added, changed and buried; of some ranges between bounds all rows are known. */
const write = fc.record({
  put: fc.array(adversarialKey, { maxLength: 12 }),
  bury: fc.array(fc.nat(), { maxLength: 4 }),
  bounds,
  known: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  etag: fc.constantFrom('e1', 'e2'),
  backwards: fc.boolean(),
});

describe.each(testServers)('chunks on $name', server => {
  let it: TestCatalogue;
  beforeAll(async () => {
    it = await createTestCatalogue(server);
  });
  afterAll(() => it.drop());

  const newSource = async () =>
    it.catalogue.createSource(it.workspaceId, { connectionId: await it.connect() });

  /** Writes objects and buries keys; says what the rows of `ranges` are from then on. */
  async function writeKnown(
    sourceId: string,
    ranges: readonly KeyRange[],
    { put = [] as string[], etag = 'e1', bury = [] as number[] },
  ): Promise<void> {
    await it.db.transaction().execute(async trx => {
      const source = await lockSource(trx, it.workspaceId, sourceId);
      const [stored = []] = await readRanges(trx, source, [{ first: '', end: null }], 100_000);
      const byKey = new Map(stored.map(asset => [asset.key, asset]));
      const objects = [...new Set(put)].map(key => objectOf(key, { etag }));
      const present = stored.filter(({ key, gone_at }) => gone_at === null && !put.includes(key));
      const gone = [...new Set(bury.map(index => present[index % present.length]).filter(asset => !!asset))];
      const isGone = new Map(gone.map(asset => [asset.key, true]));
      const now = new Map(objects.map(object => [object.key, { facts: object, gone: false }]));
      const rows = stored
        .filter(({ key }) => !now.has(key))
        .map(asset => ({
          facts: factsOf(asset),
          gone: asset.gone_at !== null || isGone.has(asset.key),
        }))
        .concat([...now.values()].map(row => ({ ...row, facts: factsOfObject(row.facts) })))
        .sort((one, other) => compareUtf8(one.facts.key, other.facts.key));
      const known = ranges.map(range => ({
        ...range,
        rows: rows.filter(
          ({ facts: { key } }) =>
            compareUtf8(key, range.first) >= 0 && (range.end === null || compareUtf8(key, range.end) < 0),
        ),
      }));
      const changes = {
        added: objects.filter(({ key }) => !byKey.has(key)),
        updated: objects
          .filter(({ key }) => byKey.has(key))
          .map(object => ({ asset: byKey.get(object.key)!, object })),
        gone,
      };
      await writeAssets(trx, source, changes, new Date(), { known });
    });
  }
  const factsOfObject = ({ placeholder: _, ...facts }: ReturnType<typeof objectOf>): Facts => facts;
  type Facts = ReturnType<typeof factsOf>;

  /** As after an update from a version that knew no digests. */
  const forget = (sourceId: string) =>
    it.db
      .updateTable('asset_chunks')
      .set({ digest_a: null, digest_b: null })
      .where('source_id', '=', sourceId)
      .execute();

  const chunksOf = (id: string) =>
    readChunks(it.db, { workspaceId: it.workspaceId, id }, [{ first: '', end: null }]);

  async function expectExact(): Promise<void> {
    const { kept, counted } = await recount(it.db);
    expect(kept).toEqual(counted);
  }

  test('add up to their rows, with everything that is written and known', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(write, fc.boolean()), { minLength: 1, maxLength: 5 }),
        async writes => {
          const { id } = await newSource();
          for (const [drawn, forgets] of writes) {
            if (forgets) await forget(id);
            const cuts = ['', ...drawn.bounds.sort(compareUtf8)];
            const ranges = cuts
              .map((first, at): KeyRange => ({ first, end: cuts[at + 1] ?? null }))
              .filter((_, at) => drawn.known[at]);
            await writeKnown(id, drawn.backwards ? ranges.reverse() : ranges, drawn);
            await expectExact();
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  test('stay separate where ranges are written in any order, and one holds no key', async () => {
    const { id } = await newSource();
    await writeKnown(id, [], { put: ['a', 'm', 'z'] });
    await forget(id);
    await writeKnown(
      id,
      [
        { first: 'k', end: 'n' },
        { first: 'k', end: 'k' },
        { first: '', end: 'k' },
      ],
      {},
    );
    await expectExact();
    expect((await chunksOf(id)).map(({ first, digest }) => [first, digest !== null])).toEqual([
      ['', true],
      ['k', true],
      ['n', false],
    ]);
  });

  test('that have grown are divided as soon as a part of their rows is known', async () => {
    const { id } = await newSource();
    const keys = Array.from({ length: 3000 }, (_, index) => String(index).padStart(4, '0'));
    await writeKnown(id, [], { put: ['0000', '2999'] });
    await writeKnown(id, [], { put: keys.slice(1, -1) });
    expect((await chunksOf(id)).length).toBe(1);
    await writeKnown(id, [{ first: '', end: '1500' }], {});
    await writeKnown(id, [{ first: '1500', end: '2900' }], {});
    await expectExact();
    expect(Math.max(...(await chunksOf(id)).map(({ present }) => present))).toBeLessThanOrEqual(512);
  });
});
