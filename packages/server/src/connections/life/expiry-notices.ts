import type { ConnectionStatus, Credential } from '@mooring/contract';
import type { Expiry } from '@mooring/storage';
import type { Clock } from '@mooring/storage/server';
import type { Db } from '../../catalogue/db.ts';
import type { Kinds } from '../../platform/kinds.ts';
import { emit } from '../../webhooks/emit.ts';
import { recordEvent } from '../rows/history.ts';
import { daysUntil, expiryWarning, thresholdOf } from '../settings/warnings.ts';

const ROWS_AT_ONCE = 500;

/**
 * Announces credentials that end, in the history and to webhooks: once when 30, 7 and 1 days are left. One that is
 * entered with fewer days left is announced once, for the nearest of these.
 */
export function createExpiryNotices({ db, kinds, clock }: { db: Db; kinds: Kinds; clock: Clock }) {
  const select = (after: [string, string]) =>
    db
      .selectFrom('connections')
      .select(['workspace_id', 'id', 'name', 'provider', 'status', 'credential'])
      .where('removed_at', 'is', null)
      .where('credential_sealed', 'is not', null)
      .where(({ eb, refTuple, tuple }) => eb(refTuple('workspace_id', 'id'), '>', tuple(...after)))
      .orderBy('workspace_id')
      .orderBy('id')
      .limit(ROWS_AT_ONCE)
      .execute();
  type Row = Awaited<ReturnType<typeof select>>[number];

  async function announce(row: Row, expiry: Expiry, threshold: number): Promise<void> {
    const at = clock.now();
    const ids = { workspaceId: row.workspace_id, connectionId: row.id };
    await db.transaction().execute(async trx => {
      const isNew = await recordEvent(trx, ids, {
        kind: 'warning',
        status: row.status as ConnectionStatus,
        detail: expiryWarning(expiry, at)[0]!.message,
        by: null,
        at,
        once: `${expiry.which} ${expiry.at.toISOString()} ${threshold}`,
      });
      if (!isNew) return;
      await emit(trx, row.workspace_id, 'connection.credential_expiring', {
        connectionId: row.id,
        name: row.name,
        credential: expiry.which,
        expiresAt: expiry.at.toISOString(),
        daysLeft: daysUntil(expiry.at, at),
      });
    });
  }

  return async (signal: AbortSignal): Promise<void> => {
    for (let rows = await select(['', '']); rows.length > 0; ) {
      for (const row of rows) {
        signal.throwIfAborted();
        const { credentials } = kinds.get(row.provider).kind;
        for (const expiry of credentials.expiries(row.credential as Credential)) {
          const threshold = thresholdOf(expiry.at, clock.now());
          if (threshold !== null) await announce(row, expiry, threshold);
        }
      }
      const last = rows.at(-1)!;
      rows = rows.length < ROWS_AT_ONCE ? [] : await select([last.workspace_id, last.id]);
    }
  };
}
