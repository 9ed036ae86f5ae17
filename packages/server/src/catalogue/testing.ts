import type { Clock, StorageObject } from '@mooring/storage/server';
import { compareUtf8 } from '@mooring/storage/server';
import fc from 'fast-check';
import { type Selectable, sql } from 'kysely';
import { createTestDatabase, type TestServer } from '../platform/database/testing.ts';
import { newId } from '../platform/ids.ts';
import { type AssetChanges, writeAssets } from './asset-writes.ts';
import { createCatalogue } from './catalogue.ts';
import type { Db } from './db.ts';
import { Digest } from './fingerprint.ts';
import type { Schema } from './schema.ts';
import { lockSource } from './source-lock.ts';
import { MOST_KEY_CHARACTERS } from './storable.ts';
import { factsOf, readRange, type StoredAsset } from './stored-assets.ts';

const clock: Clock = { now: () => new Date() };

/** A database with a catalogue, a workspace and ways to fill them without a storage. */
export async function createTestCatalogue(server: TestServer) {
  const { db, poolConfig, drop } = await createTestDatabase<Schema>(server);
  const catalogue = createCatalogue({ db, clock });
  const workspaceId = newId('workspace');
  await db
    .insertInto('workspaces')
    .values({ id: workspaceId, name: 'Test', created_at: new Date() })
    .execute();
  return {
    db,
    poolConfig,
    drop,
    catalogue,
    workspaceId,

    async connect(
      location: object = { container: 'images', prefix: '' },
      provider = 'azure',
    ): Promise<string> {
      const id = newId('connection');
      await db
        .insertInto('connections')
        .values({
          workspace_id: workspaceId,
          id,
          name: id,
          provider,
          access_mode: 'server',
          location: JSON.stringify(location),
          credential: '{"kind":"azure-sas"}',
          credential_sealed: Buffer.from(''),
          status: 'healthy',
          revision: 1,
          created_at: new Date(),
          updated_at: new Date(),
        })
        .execute();
      return id;
    },

    /** What `connections.remove` does to the row. */
    async unlink(connectionId: string): Promise<void> {
      await db
        .updateTable('connections')
        .set({ removed_at: new Date() })
        .where('id', '=', connectionId)
        .execute();
    },

    /** Writes what `change` makes of the assets that a source has. */
    async write(sourceId: string, change: (assets: StoredAsset[]) => Partial<AssetChanges>): Promise<void> {
      await db.transaction().execute(async trx => {
        const source = await lockSource(trx, workspaceId, sourceId);
        const assets = await readRange(trx, source, { after: '', to: null, limit: 1_000_000 });
        await writeAssets(trx, source, { added: [], updated: [], gone: [], ...change(assets) }, new Date());
      });
    },
  };
}
export type TestCatalogue = Awaited<ReturnType<typeof createTestCatalogue>>;

export const objectOf = (key: string, facts: Partial<StorageObject> = {}): StorageObject => ({
  key,
  etag: 'e1',
  sizeBytes: 10,
  contentType: null,
  tier: 'Hot',
  archiveState: 'readable',
  lastModified: new Date('2026-01-02T03:04:05Z'),
  placeholder: false,
  ...facts,
});

/** Keys that break naive code: empty and dotted segments, long ones, every plane of Unicode, SQL wildcards. */
export const adversarialKey: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom('', '.', '..', 'a', 'A', 'b', 'a b', 'é', 'É', '%', '_', '\\', '\n', '*'),
      },
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          '\u{10000}',
          '\uffee',
          '\ue000',
          '\ud7ff',
          '\u{1f600}',
          "'",
          '"',
          '{}',
          'NULL',
        ),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom('x'.repeat(511), 'x'.repeat(512), `${'x'.repeat(512)}y`, '你'.repeat(600)),
      },
      {
        weight: 2,
        arbitrary: fc.string({ unit: 'grapheme', maxLength: 4 }).filter(text => !/[\0/]/.test(text)),
      },
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map(segments => Array.from(segments.join('/')).slice(0, MOST_KEY_CHARACTERS).join(''))
  .filter(key => key !== '');

export const adversarialKeys = (length: { minLength?: number; maxLength: number }): fc.Arbitrary<string[]> =>
  fc.uniqueArray(adversarialKey, length);

export const inByteOrder = (keys: Iterable<string>): string[] => [...keys].sort(compareUtf8);

/** Every count that is kept, and what it is when counted again. Equal unless something is wrong. */
export async function recount(db: Db): Promise<{ kept: unknown; counted: unknown }> {
  const kept = await sql`
    select f.key_prefix, n.kind, direct_assets, direct_bytes, total_assets, total_bytes
    from folder_counters n join folders f on f.id = n.folder_id
    where total_assets <> 0 or total_bytes <> 0 or direct_assets <> 0 or direct_bytes <> 0
    order by f.source_id, f.key_prefix, n.kind`.execute(db);
  const counted = await sql`
    select f.key_prefix, a.kind,
      count(*) filter (where a.folder_id = f.id) as direct_assets,
      coalesce(sum(size_bytes) filter (where a.folder_id = f.id), 0)::numeric as direct_bytes,
      count(*) as total_assets, sum(size_bytes)::numeric as total_bytes
    from folders f join assets a on a.source_id = f.source_id and starts_with(a.key, f.key_prefix) and gone_at is null
    group by f.id, f.source_id, f.key_prefix, a.kind order by f.source_id, f.key_prefix, a.kind`.execute(db);
  const keptOfSources = await sql`select id, asset_count, gone_count from sources order by id`.execute(db);
  const countedOfSources = await sql`
    select s.id, count(a.id) filter (where a.gone_at is null) as asset_count, count(a.gone_at) as gone_count
    from sources s left join assets a on a.source_id = s.id group by s.id order by s.id`.execute(db);
  const chunks = await recountChunks(db);
  return {
    kept: [kept.rows, keptOfSources.rows, chunks.kept],
    counted: [counted.rows, countedOfSources.rows, chunks.counted],
  };
}

/** What the chunks of all sources say, and what the rows in each add up to. */
async function recountChunks(db: Db): Promise<{ kept: unknown; counted: unknown }> {
  const { rows: chunks } = await sql<Selectable<Schema['asset_chunks']>>`
    select * from asset_chunks order by workspace_id, source_id, first_key`.execute(db);
  const { rows: assets } = await sql<StoredAsset & { source_id: string }>`
    select * from assets order by key`.execute(db);
  const counted = chunks.map((chunk, at) => {
    const next = chunks[at + 1];
    const digest = new Digest();
    const sums = { present: 0, gone: 0 };
    for (const asset of assets) {
      const isBefore = compareUtf8(asset.key, chunk.first_key) < 0;
      const isPast = next?.source_id === chunk.source_id && compareUtf8(asset.key, next.first_key) >= 0;
      if (asset.source_id !== chunk.source_id || isBefore || isPast) continue;
      if (asset.gone_at === null) digest.add(factsOf(asset));
      sums[asset.gone_at === null ? 'present' : 'gone']++;
    }
    return { ...chunk, ...sums, digest_a: digest.a, digest_b: digest.b };
  });
  const rows = counted.reduce((sum, chunk) => sum + chunk.present + chunk.gone, 0);
  return {
    kept: [chunks, assets.length],
    counted: [counted.map((chunk, at) => (chunks[at]!.digest_a === null ? chunks[at] : chunk)), rows],
  };
}
