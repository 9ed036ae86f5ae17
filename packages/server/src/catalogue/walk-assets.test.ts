import { assetFilter } from '@mooring/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testServers } from '../platform/database/testing.ts';
import { createTestCatalogue, objectOf, type TestCatalogue } from './testing.ts';
import { type WalkedAsset, walkAssets } from './walk-assets.ts';

const PLAIN = 3500;
const KEYS = Array.from({ length: 5000 }, (_, at) => String(at).padStart(5, '0'));
const METADATA_BYTES = 60_000;
const MB = 1024 * 1024;

describe.each(testServers)('walking assets on $name', server => {
  let it: TestCatalogue;
  beforeAll(async () => {
    it = await createTestCatalogue(server);
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
  afterAll(() => it.drop());

  test('gives all in order, and few at a time where client metadata is large', async () => {
    const found: string[] = [];
    for await (const batch of walkAssets(it.db, it.workspaceId, assetFilter.parse({}))) {
      const sizeOf = ({ clientMetadata }: WalkedAsset) => JSON.stringify(clientMetadata ?? '').length;
      expect(batch.reduce((sum, asset) => sum + sizeOf(asset), 0)).toBeLessThan(9 * MB);
      found.push(...batch.map(({ container, key }) => `${container}/${key}`));
    }
    expect(found).toEqual(['first', 'second'].flatMap(container => KEYS.map(key => `${container}/${key}`)));
  });
});
