import type { ConnectionStatus, Credential } from '@mooring/contract';
import type { Expiry } from '@mooring/storage';
import type { Clock } from '@mooring/storage/server';
import { sql } from 'kysely';
import type { Db } from '../../catalogue/db.ts';
import type { Kinds } from '../../platform/kinds.ts';
import { emit } from '../../webhooks/emit.ts';
import { recordEvent } from '../rows/history.ts';
import { daysUntil, expiryWarning, thresholdOf, urlWarning } from '../settings/warnings.ts';

const ROWS_AT_ONCE = 500;

/**
 * Announces credentials and registered URLs that end, in the history and to webhooks: once when 30, 7 and 1 days are left. One that is
 * entered with fewer days left is announced once, for the nearest of these.
 */
export function createExpiryNotices({ db, kinds, clock }: { db: Db; kinds: Kinds; clock: Clock }) {
  const select = (after: [string, string]) =>
    db
      .selectFrom('connections')
      .select(['workspace_id', 'id', 'name', 'provider', 'status', 'credential'])
      .select(
        sql<Date | null>`(select min(u.expires_at) from registered_urls u
          where u.workspace_id = connections.workspace_id and u.connection_id = connections.id)`.as(
          'url_ends_at',
        ),
      )
      .where('removed_at', 'is', null)
      .where('credential_sealed', 'is not', null)
      .where(({ eb, refTuple, tuple }) => eb(refTuple('workspace_id', 'id'), '>', tuple(...after)))
      .orderBy('workspace_id')
      .orderBy('id')
      .limit(ROWS_AT_ONCE)
      .execute();
  type Row = Awaited<ReturnType<typeof select>>[number];

  async function announce(
    row: Row,
    expiry: Pick<Expiry, 'which' | 'at'>,
    { threshold, detail }: { threshold: number; detail: string },
  ): Promise<void> {
    const at = clock.now();
    const ids = { workspaceId: row.workspace_id, connectionId: row.id };
    await db.transaction().execute(async trx => {
      const isNew = await recordEvent(trx, ids, {
        kind: 'warning',
        status: row.status as ConnectionStatus,
        detail,
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
          const detail = expiryWarning(expiry, clock.now())[0]?.message ?? '';
          if (threshold !== null) await announce(row, expiry, { threshold, detail });
        }
        const at = row.url_ends_at;
        const threshold = at && thresholdOf(at, clock.now());
        const detail = urlWarning(at, clock.now())[0]?.message ?? '';
        if (at && threshold !== null) await announce(row, { which: 'main', at }, { threshold, detail });
      }
      const last = rows.at(-1)!;
      rows = rows.length < ROWS_AT_ONCE ? [] : await select([last.workspace_id, last.id]);
    }
  };
}
