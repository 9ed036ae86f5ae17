import type { Connection, ConnectionStatus, Credential, StorageLocation } from '@mooring/contract';
import type { PureKinds } from '../../platform/kinds.ts';
import { toOwnership } from '../ownership/proof.ts';
import type { OwnershipTokens } from '../ownership/tokens.ts';
import { type ConnectionRow, isLinked } from '../rows/row.ts';
import { overlapsOf } from './overlaps.ts';
import { urlWarning, warningsOf } from './warnings.ts';

/** A run says more often that it is alive (run.ts): after so long without, its process has died. */
const LONGEST_SILENCE_MS = 300_000;

/** A row as the API shows it: without the sealed credential. */
export function toConnection(
  row: ConnectionRow,
  { kinds, tokens, now }: { kinds: PureKinds; tokens: OwnershipTokens; now: Date },
): Connection {
  const kind = kinds.get(row.provider);
  const credential = row.credential as Credential;
  const cutOff = row.status === 'verifying' && now.getTime() - row.updated_at.getTime() > LONGEST_SILENCE_MS;
  return {
    id: row.id,
    name: row.name,
    provider: row.provider,
    accessMode: row.access_mode as Connection['accessMode'],
    location: row.location as StorageLocation,
    credential,
    renditionPrefix: row.rendition_prefix,
    ownership: toOwnership(row, kind, tokens),
    delivery: kind.kind.credentials.delivery(credential),
    warnings: isLinked(row)
      ? [
          ...warningsOf(kind.kind, credential, row.rendition_prefix !== null, now),
          ...urlWarning(row.first_url_ends_at, now),
        ]
      : [],
    overlaps: overlapsOf(row.location as StorageLocation, row.neighbours),
    status: cutOff ? 'draft' : (row.status as ConnectionStatus),
    statusReason: cutOff ? 'Its last checks did not finish. Run them again.' : row.status_reason,
    isSetUp: row.has_worked || row.has_sources,
    lastCheckedAt: row.last_checked_at?.toISOString() ?? null,
    nextCheckAt: row.next_check_at?.toISOString() ?? null,
    assetCount: row.asset_count,
    revision: row.revision,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
