import { sql } from 'kysely';
import { notFound } from '../platform/problem.ts';
import { lockSourcesOf } from './asset-edits.ts';
import type { Db } from './db.ts';
import { requireStorable } from './storable.ts';

/** What a person or a client says of an asset; what is undefined stays. */
export interface AssetDescription {
  assetId: string;
  title?: string;
  /** In the place of all that was there. */
  clientMetadata?: Record<string, unknown>;
}

/**
 * Writes titles and client metadata of assets, all or none. `updated_at` stays: syncs compare it with the times of changes
 * in the storage.
 * @throws MooringError `not_found` where one has gone; `invalid_request` for a title that cannot be stored
 */
export async function describeAssets(
  db: Db,
  workspaceId: string,
  descriptions: readonly AssetDescription[],
): Promise<void> {
  for (const { title } of descriptions) requireStorable({ title });
  const ids = descriptions.map(({ assetId }) => assetId);
  await db.transaction().execute(async trx => {
    const there = new Set(await lockSourcesOf(trx, workspaceId, ids));
    for (const { assetId, title, clientMetadata } of descriptions) {
      if (!there.has(assetId)) throw notFound('asset', assetId);
      const metadata = clientMetadata === undefined ? null : JSON.stringify(clientMetadata);
      await sql`
        update assets set title = coalesce(${title ?? null}, title),
          client_metadata = coalesce(${metadata}::jsonb, client_metadata)
        where workspace_id = ${workspaceId} and id = ${assetId}`.execute(trx);
    }
  });
}
