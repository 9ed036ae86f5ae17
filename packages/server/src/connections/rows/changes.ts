import { sql } from 'kysely';
import type { Db, Trx } from '../../catalogue/db.ts';
import type { Session } from '../../platform/session.ts';
import type { ConnectionIds } from './row.ts';

const CHANNEL = 'mooring_connection';

/** Makes every process look again whether and how a connection may be used; inside a transaction, when it commits. */
export const announceChange = (db: Db | Trx, { workspaceId, connectionId }: ConnectionIds) =>
  sql`select pg_notify(${CHANNEL}, ${`${workspaceId} ${connectionId}`})`.execute(db);

/**
 * Calls the handler at each of those changes until the returned function is called. Some are missed while the session
 * reconnects, so nothing relies on it alone.
 */
export const onChange = (session: Session, handler: (ids: ConnectionIds) => void): (() => void) =>
  session.listen(CHANNEL, payload => {
    const [workspaceId = '', connectionId = ''] = payload.split(' ');
    handler({ workspaceId, connectionId });
  });
