import { sql } from 'kysely';
import type { Trx } from '../catalogue/db.ts';
import {
  connectionSecret,
  connectorSecrets,
  keptAnswer,
  registeredUrl,
  registrationPart,
  webhookSecret,
} from '../catalogue/sealed-for.ts';
import type { SealedFor } from '../platform/secrets.ts';

/** Where a row stands in the order of its table. */
export interface RowKey {
  workspaceId: string;
  id: string;
}

/** A row with a secret. */
export interface SealedRow {
  key: RowKey;
  sealed: Buffer;
  sealedFor: SealedFor;
  /** What an older Mooring sealed it with. */
  formerId: string;
  store(trx: Trx, sealed: Buffer): Promise<unknown>;
}

/** The next rows that do not begin with `head`, in their order, locked; none at the end. */
type ReadStale = (
  trx: Trx,
  query: { head: Buffer; after: RowKey | null; limit: number },
) => Promise<SealedRow[]>;

/** Before every row. */
const FIRST: RowKey = { workspaceId: '', id: '' };

/**
 * A table whose rows have an id, and their secret in a column.
 * @param most rows in memory at once; fewer where secrets are large
 */
const inColumn =
  <R extends { workspace_id: string; id: string }>(
    table: string,
    column: string,
    sealedFor: (row: R) => SealedFor,
    most = Infinity,
  ): ReadStale =>
  async (trx, { head, after, limit }) => {
    const { workspaceId, id } = after ?? FIRST;
    const secret = sql.ref(column);
    const { rows } = await sql<R & { sealed: Buffer }>`
      select *, ${secret} as sealed from ${sql.table(table)}
      where ${secret} is not null and substring(${secret} from 1 for ${head.length}) <> ${head}
        and (workspace_id, id) > (${workspaceId}, ${id})
      order by workspace_id, id limit ${Math.min(limit, most)} for no key update`.execute(trx);
    return rows.map(row => ({
      key: { workspaceId: row.workspace_id, id: row.id },
      sealed: row.sealed,
      sealedFor: sealedFor(row),
      formerId: row.id,
      store: (trx, sealed) =>
        sql`update ${sql.table(table)} set ${secret} = ${sealed}
          where workspace_id = ${row.workspace_id} and id = ${row.id}`.execute(trx),
    }));
  };

const keptAnswers: ReadStale = async (trx, { head, after, limit }) => {
  const { workspaceId, id } = after ?? FIRST;
  const { rows } = await sql<Parameters<typeof keptAnswer>[0] & { sealed: Buffer }>`
    select workspace_id, key, request_hash, decode(body->>'sealed', 'base64') as sealed from idempotent_answers
    where body is not null
      and substring(decode(body->>'sealed', 'base64') from 1 for ${head.length}) <> ${head}
      and (workspace_id, key) > (${workspaceId}, ${id})
    order by workspace_id, key limit ${limit} for no key update`.execute(trx);
  return rows.map(row => ({
    key: { workspaceId: row.workspace_id, id: row.key },
    sealed: row.sealed,
    sealedFor: keptAnswer(row),
    formerId: row.key,
    store: (trx, sealed) =>
      sql`update idempotent_answers set body = ${JSON.stringify({ sealed: sealed.toString('base64') })}
        where workspace_id = ${row.workspace_id} and key = ${row.key}`.execute(trx),
  }));
};

/** All that holds secrets, apart from the check of the key itself. */
export const SEALED_TABLES: Readonly<Record<string, ReadStale>> = {
  connections: inColumn('connections', 'credential_sealed', connectionSecret),
  registered_urls: inColumn<Parameters<typeof registeredUrl>[0] & { id: string }>(
    'registered_urls',
    'url_sealed',
    registeredUrl,
  ),
  registration_parts: inColumn<Parameters<typeof registrationPart>[0] & { id: string }>(
    'registration_parts',
    'data_sealed',
    registrationPart,
    5, // of 1 MB and more each
  ),
  webhooks: inColumn('webhooks', 'secret_sealed', webhookSecret),
  connectors: inColumn('connectors', 'secrets_sealed', connectorSecrets),
  idempotent_answers: keptAnswers,
};
