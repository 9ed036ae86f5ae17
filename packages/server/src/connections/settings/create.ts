import type { ConnectionCreate } from '@mooring/contract';
import type { Db } from '../../catalogue/db.ts';
import { requireStorable } from '../../catalogue/storable.ts';
import { newId } from '../../platform/ids.ts';
import { recordEvent } from '../rows/history.ts';
import type { ConnectionIds } from '../rows/row.ts';
import { credentialWords } from './credential-words.ts';
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
  const location = readLocation(input.location, deps.guard);
  const now = deps.clock.now();
  const id = newId('connection', now.getTime());
  const { credential, credential_sealed } = sealCredential(deps, id, input.credential, {
    accessMode,
    location,
  });
  const ids = { workspaceId, connectionId: id };
  await deps.db.transaction().execute(async trx => {
    await trx
      .insertInto('connections')
      .values({
        workspace_id: workspaceId,
        id,
        name: input.name,
        provider: input.provider ?? 'azure',
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
    const detail = `${location.account}/${location.container}/${location.prefix} with ${credentialWords(credential)}.`;
    await recordEvent(trx, ids, { kind: 'created', status: 'draft', detail, by, at: now });
  });
  return ids;
}
