import type { Connection, ConnectionCreate, ConnectionUpdate, Page } from '@mooring/contract';
import { decodeCursor, type PageRequest, pageById } from '../../catalogue/cursor.ts';
import type { Db } from '../../catalogue/db.ts';
import { requireStorable } from '../../catalogue/storable.ts';
import { type ConnectionRow, mustFindRow, selectConnections } from '../rows/row.ts';
import { insertConnection } from './create.ts';
import type { SealingDeps } from './sealed-credential.ts';
import { type UpdateOptions, updateRow } from './update.ts';

export interface SettingsDeps extends SealingDeps {
  db: Db;
  /** A row as the API shows it. */
  show: (row: ConnectionRow) => Connection;
}

/** What people enter of a connection and read again. */
export function createSettings(deps: SettingsDeps) {
  const { db, clock, show } = deps;
  return {
    /**
     * Stores a new connection, as a draft: its checks have not run.
     * @param by name of the member or token
     * @throws MooringError `invalid_location`, `invalid_request` or one of `sas_…`, with the field
     */
    async create(
      workspaceId: string,
      input: ConnectionCreate,
      by: string | null = null,
    ): Promise<Connection> {
      return show(await mustFindRow(db, await insertConnection(deps, workspaceId, input, by)));
    },

    /** Oldest first. */
    async list(workspaceId: string, { cursor, limit }: PageRequest): Promise<Page<Connection>> {
      const [after] = cursor === undefined ? [] : decodeCursor(cursor, 1);
      const rows = await selectConnections(db, workspaceId)
        .$if(after !== undefined, query => query.where('connections.id', '>', after!))
        .orderBy('connections.id')
        .limit(limit + 1)
        .execute();
      return pageById(rows, limit, show);
    },

    /** @throws MooringError `not_found` */
    async get(workspaceId: string, connectionId: string): Promise<Connection> {
      return show(await mustFindRow(db, { workspaceId, connectionId }));
    },

    /**
     * Renames it, or says where renditions may be written.
     * @throws MooringError `not_found`, `stale_revision`, `invalid_request`
     */
    async update(
      workspaceId: string,
      connectionId: string,
      input: ConnectionUpdate,
      options: UpdateOptions = {},
    ): Promise<Connection> {
      requireStorable({ name: input.name });
      const ids = { workspaceId, connectionId };
      return show(await db.transaction().execute(trx => updateRow(trx, ids, input, { ...options, clock })));
    },
  };
}
