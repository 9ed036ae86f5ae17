import type {
  AssetsAfterDelete,
  Connection,
  ConnectionEvent,
  CredentialInput,
  Fix,
  Operation,
  Page,
  StorageLocationInput,
} from '@mooring/contract';
import type { Operations } from '../../operations/operations.ts';
import { listEvents } from '../rows/history.ts';
import { type ConnectionRow, mustFindRow } from '../rows/row.ts';
import type { UpdateOptions } from '../settings/update.ts';
import { createExpiryNotices } from './expiry-notices.ts';
import { relocate } from './relocation.ts';
import { createRemoval } from './removal.ts';
import { type ReplacementDeps, type ReplaceOptions, replaceCredential } from './replacement.ts';
import { unlinkConnection } from './unlink.ts';

export interface LifeDeps extends ReplacementDeps {
  operations: Operations;
  /** A row as the API shows it. */
  show: (row: ConnectionRow) => Connection;
}

/** What happens to a connection after it is made, until it is removed. */
export function createLife(deps: LifeDeps) {
  const { db, show } = deps;
  const remove = createRemoval(deps);
  return {
    /**
     * Corrects its location during the set-up; its credential stays.
     * @param options.ifRevision the revision that the change was made for; undefined for any
     * @param options.by name of the member or token
     * @throws MooringError as `relocate`
     */
    async relocate(
      workspaceId: string,
      connectionId: string,
      location: StorageLocationInput,
      options: UpdateOptions = {},
    ): Promise<Connection> {
      const ids = { workspaceId, connectionId };
      await relocate(deps, ids, location, options);
      return show(await mustFindRow(db, ids));
    },

    /**
     * Replaces its credential, by one of another kind too, after trying the new one; links an unlinked one again.
     * @throws MooringError `not_found`, and what `create` throws of a credential; `credential_refused`;
     * `credential_grants_less`; `conflict` where it was replaced meanwhile; the signal's reason
     */
    async replaceCredential(
      workspaceId: string,
      connectionId: string,
      input: CredentialInput,
      options: ReplaceOptions,
    ): Promise<Connection> {
      const ids = { workspaceId, connectionId };
      await replaceCredential(deps, ids, input, options);
      return show(await mustFindRow(db, ids));
    },

    /**
     * Stops every use of it at once and forgets its credential; its assets stay.
     * @param by name of the member or token
     * @throws MooringError `not_found`
     */
    async unlink(
      workspaceId: string,
      connectionId: string,
      by: string | null = null,
    ): Promise<{ connection: Connection; cancelledOperationIds: string[]; revoke: Fix }> {
      const ids = { workspaceId, connectionId };
      const before = show(await mustFindRow(db, ids));
      const cancelledOperationIds = await unlinkConnection(deps, ids, by);
      const connection = show(await mustFindRow(db, ids));
      return {
        connection,
        cancelledOperationIds,
        revoke: deps.kinds.get(before.provider).kind.revoke(before),
      };
    },

    /** Its history, newest first. @throws MooringError `not_found`, `invalid_request` for a bad cursor */
    async listEvents(
      workspaceId: string,
      connectionId: string,
      page: { cursor?: string | undefined; limit: number },
    ): Promise<Page<ConnectionEvent>> {
      await mustFindRow(db, { workspaceId, connectionId });
      return listEvents(db, { workspaceId, connectionId }, page);
    },

    /** Announces credentials that end soon. */
    noticeExpiries: createExpiryNotices(deps),

    /**
     * Ends all use of it at once, then has its sources and assets removed, or its assets made tombstones. Asked again,
     * it answers with the same operation, or with a new one where that came to nothing.
     * @throws MooringError `not_found`
     */
    async remove(
      workspaceId: string,
      connectionId: string,
      { assets = 'remove' }: { assets?: AssetsAfterDelete } = {},
    ): Promise<Operation> {
      const operation = await remove(workspaceId, connectionId, assets);
      await deps.forget({ workspaceId, connectionId });
      return operation;
    },
  };
}
