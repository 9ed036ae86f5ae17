import type { AccessMode, CredentialInput, StorageLocation, StorageLocationInput } from '@mooring/contract';
import { isWithin } from '@mooring/storage/server';
import type { Db, Trx } from '../../catalogue/db.ts';
import { connectionSecret } from '../../catalogue/sealed-for.ts';
import type { RunningKind } from '../../platform/kinds.ts';
import { MooringError, requireRevision } from '../../platform/problem.ts';
import { clearResults } from '../checks/results.ts';
import { announceChange } from '../rows/changes.ts';
import { recordEvent } from '../rows/history.ts';
import {
  type ConnectionIds,
  type ConnectionRow,
  isLinked,
  lockRow,
  UNCHECKED,
  UNPROVEN,
  unlinked,
} from '../rows/row.ts';
import { readLocation } from '../settings/location.ts';
import { type SealingDeps, sealCredential } from '../settings/sealed-credential.ts';
import type { UpdateOptions } from '../settings/update.ts';

export interface RelocationDeps extends SealingDeps {
  db: Db;
  /** Makes this process look again whether and how the connection may be used. */
  forget: (ids: ConnectionIds) => Promise<void>;
}

/**
 * Corrects where a connection leads, as long as nothing has been made from what is there. Its credential is sealed anew
 * for the new place, and its checks begin again.
 * @throws MooringError `not_found`, `stale_revision`, `connection_unlinked`; `conflict` where it has a source; `invalid_location` for a
 * place that the stored credential must not go to; what `sealCredential` throws
 */
export async function relocate(
  deps: RelocationDeps,
  ids: ConnectionIds,
  input: StorageLocationInput,
  { ifRevision, by = null }: UpdateOptions,
): Promise<void> {
  await deps.db.transaction().execute(async trx => {
    const row = await lockRow(trx, ids);
    requireRevision(row.revision, ifRevision);
    await move(trx, deps, row, input, by);
  });
  await deps.forget(ids);
}

async function move(
  trx: Trx,
  deps: RelocationDeps,
  row: ConnectionRow,
  input: StorageLocationInput,
  by: string | null,
): Promise<void> {
  if (!isLinked(row)) throw unlinked(row);
  if (row.has_sources) throw hasSources(row);
  const kind = deps.kinds.get(row.provider);
  const location = readLocation(kind, input, deps.guard);
  const place = kind.kind.location.place(location);
  if (place !== row.place) requireOwnHost(kind, location);
  const ids = { workspaceId: row.workspace_id, connectionId: row.id };
  const credential = JSON.parse(
    deps.secrets.unseal(row.credential_sealed, connectionSecret(row)),
  ) as CredentialInput;
  const accessMode = row.access_mode as AccessMode;
  const sealed = sealCredential(deps, kind, ids, credential, { accessMode, location });
  const at = deps.clock.now();
  await trx
    .updateTable('connections')
    .set({
      ...{ location: JSON.stringify(location), place },
      credential: JSON.stringify(sealed.credential),
      credential_sealed: sealed.credential_sealed,
      // What runs with the place of before says nothing of this one.
      credential_version: row.credential_version + 1,
      ...UNPROVEN,
      ...UNCHECKED,
      ...{ status: 'draft', status_reason: null },
      revision: row.revision + 1,
      updated_at: at,
    })
    .where('workspace_id', '=', row.workspace_id)
    .where('id', '=', row.id)
    .execute();
  await clearResults(trx, ids);
  const { title } = kind.kind.location;
  const detail = `From ${title(row.location as StorageLocation)} to ${title(location)}.`;
  await recordEvent(trx, ids, { kind: 'moved', status: 'draft', detail, by, at });
  await announceChange(trx, ids);
}

/** A stored credential is not shown to a host that anyone can run: who asks for that must have the credential. */
function requireOwnHost(kind: RunningKind, location: StorageLocation): void {
  const { hostname } = new URL(kind.kind.location.url(location));
  if (isWithin(hostname, kind.domains)) return;
  const message = `${kind.kind.words.service} does not own the host ${hostname}, so the stored credential is not sent there.`;
  throw new MooringError('invalid_location', message, {
    fix: 'Enter the credential again, for a new connection to this address.',
    fields: [{ path: 'location', message }],
  });
}

const hasSources = ({ name, id }: Pick<ConnectionRow, 'name' | 'id'>): MooringError =>
  new MooringError('conflict', `The connection “${name}” (${id}) has a source, so its location stays.`, {
    fix: 'Connect the other place with a connection of its own.',
  });
