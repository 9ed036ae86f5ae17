import { assetFilter } from '@mooring/contract';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testServers } from '../platform/database/testing.ts';
import { encodeCursor } from './cursor.ts';
import { directoryOf } from './key.ts';
import {
  adversarialKeys,
  createTestCatalogue,
  inByteOrder,
  objectOf,
  type TestCatalogue,
} from './testing.ts';

describe.each(testServers)('anchors on $name', server => {
  let it: TestCatalogue;
  beforeAll(async () => {
    it = await createTestCatalogue(server);
  });
  afterAll(() => it.drop());

  /** A source whose chunks begin at these keys, and of which every third asset has gone. */
  async function sourceOf(connectionId: string, container: string, keys: string[], bounds: string[]) {
    const source = await it.catalogue.createSource(it.workspaceId, { connectionId, container });
    await it.write(source.id, () => ({ added: keys.map(key => objectOf(key)) }));
    await it.write(source.id, assets => ({ gone: assets.filter((_, at) => at % 3 === 2) }));
    await sql`delete from asset_chunks where source_id = ${source.id}`.execute(it.db);
    await sql`
      with bounds as (
        select first, lead(first) over (order by first collate "C") as past
        from unnest(${['', ...bounds]}::text[]) as first group by first
      )
      insert into asset_chunks (workspace_id, source_id, first_key, present, gone)
      select ${it.workspaceId}, ${source.id}, first, count(a.id) - count(a.gone_at), count(a.gone_at)
      from bounds left join assets a on a.source_id = ${source.id} and a.key >= first and (past is null or a.key < past)
      group by first`.execute(it.db);
    return source;
  }

  async function pagesOf(filter: Parameters<typeof assetFilter.parse>[0], every: number) {
    const parsed = assetFilter.parse(filter);
    const page = (cursor: string | undefined, limit: number) =>
      it.catalogue.listAssets(it.workspaceId, parsed, { cursor, limit });
    const { items: all } = await page(undefined, 1000);
    const { total, cursors } = await it.catalogue.assetAnchors(it.workspaceId, parsed, every);
    expect(total).toBe(all.length);
    expect(cursors).toHaveLength(Math.max(1, Math.ceil(total / every)));
    for (const [at, cursor] of cursors.entries())
      expect((await page(cursor ?? undefined, every)).items).toEqual(all.slice(at * every, (at + 1) * every));
    return cursors;
  }

  test('open every page of a list, for every filter and every start of a chunk', async () => {
    const container = fc.record({
      keys: adversarialKeys({ maxLength: 12 }),
      picks: fc.array(fc.nat(), { maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(container, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 7 }),
        fc.nat(),
        async (containers, every, pick) => {
          const connectionId = await it.connect();
          const ids: string[] = [];
          for (const [at, { keys, picks }] of containers.entries()) {
            const bounds = picks.flatMap(each => keys[each % keys.length]?.slice(0, 1 + (each % 500)) ?? []);
            const sound = bounds.filter(bound => bound.isWellFormed());
            ids.push((await sourceOf(connectionId, `c${at}`, keys, sound)).id);
          }
          for (const status of ['present', 'gone', 'any']) await pagesOf({ connectionId, status }, every);
          await pagesOf({ connectionId, kind: 'other' }, every);
          const [keys, sourceId] = [containers[0]!.keys, ids[0]!];
          const directory = directoryOf(keys[pick % keys.length] ?? '');
          const folder = await it.db
            .selectFrom('folders')
            .select('id')
            .where('source_id', '=', sourceId)
            .where('key_prefix', '=', directory)
            .executeTakeFirstOrThrow();
          await pagesOf({ folderId: folder.id }, every);
          await pagesOf({ folderId: folder.id, recursive: 'false' }, every);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('come from the chunks alone where nothing but a source is asked for', async () => {
    const keys = inByteOrder(Array.from({ length: 900 }, (_, at) => `d${at % 7}/${at}.jpg`));
    const source = await sourceOf(await it.connect(), 'c', keys, [keys[200]!, keys[500]!]);
    const cursors = await pagesOf({ sourceId: source.id }, 100);
    // Of the first 200 keys 134 are present, so the third page begins in the second chunk.
    expect(cursors[1]).toBe(encodeCursor(source.id, '', '100'));
    expect(cursors[2]).toBe(encodeCursor(source.id, keys[200]!, '66'));
  });

  test('are counted where there are no chunks, or they say something else than the source', async () => {
    const source = await sourceOf(await it.connect(), 'c', ['a', 'b', 'c', 'd'], ['b']);
    await sql`update asset_chunks set present = present + 1 where source_id = ${source.id} and first_key = 'b'`.execute(
      it.db,
    );
    expect(await pagesOf({ sourceId: source.id }, 2)).toEqual([null, encodeCursor(source.id, 'b')]);
    await sql`delete from asset_chunks where source_id = ${source.id}`.execute(it.db);
    expect(await pagesOf({ sourceId: source.id }, 2)).toEqual([null, encodeCursor(source.id, 'b')]);
  });

  test.each([['-1'], ['10001'], ['1e3'], [' 1'], ['']])(
    'a cursor that passes over %j assets is refused',
    async passed => {
      const cursor = encodeCursor('src_00000000000000000000', 'a', passed);
      await expect(
        it.catalogue.listAssets(it.workspaceId, assetFilter.parse({}), { cursor, limit: 10 }),
      ).rejects.toMatchObject({ code: 'invalid_request' });
    },
  );
});
