import type { ConnectionCreate } from '@mooring/contract';
import type { Db } from '../../catalogue/db.ts';
import { requireStorable } from '../../catalogue/storable.ts';
import { newId } from '../../platform/ids.ts';
import { recordEvent } from '../rows/history.ts';
import type { ConnectionIds } from '../rows/row.ts';
import { readLocation } from './location.ts';
import { type SealingDeps, sealCredential } from './sealed-credential.ts';

/**
 * Stores a new connection as a draft, and that it was made.
 * @throws MooringError `invalid_location`, `invalid_request` or one of `sas_…`, with the field
 */
export async function insertConnection(
  deps: SealingDeps & { db: Db },
  workspaceId: string,
  input: ConnectionCreate,
  by: string | null,
): Promise<ConnectionIds> {
  requireStorable({ name: input.name });
  const accessMode = input.accessMode ?? 'server';
  const kind = deps.kinds.get(input.provider);
  const location = readLocation(kind, input.location, deps.guard);
  const now = deps.clock.now();
  const id = newId('connection', now.getTime());
  const ids = { workspaceId, connectionId: id };
  const { credential, credential_sealed } = sealCredential(deps, kind, ids, input.credential, {
    accessMode,
    location,
  });
  await deps.db.transaction().execute(async trx => {
    await trx
      .insertInto('connections')
      .values({
        workspace_id: workspaceId,
        id,
        name: input.name,
        provider: kind.kind.id,
        place: kind.kind.location.place(location),
        access_mode: accessMode,
        location: JSON.stringify(location),
        credential: JSON.stringify(credential),
        credential_sealed,
        status: 'draft',
        rendition_prefix: input.renditionPrefix ?? null,
        revision: 1,
        created_at: now,
        updated_at: now,
      })
      .execute();
    const { location: words, credentials } = kind.kind;
    const detail = `${words.title(location)} with ${credentials.describe(credential)}.`;
    await recordEvent(trx, ids, { kind: 'created', status: 'draft', detail, by, at: now });
  });
  return ids;
}
