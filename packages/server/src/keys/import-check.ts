import type pg from 'pg';
import type { Trx } from '../catalogue/db.ts';
import { type ExportSignature, wrongPartOf } from '../platform/database/transfer-signature.ts';
import { MooringError } from '../platform/problem.ts';
import type { SecretKeys } from '../platform/secrets.ts';

// A machine without the key can import: that the rows are as their signature says needs no key. Whether the signature
// is one of the installation's is looked at by the first process that has the key, before it uses anything.

/** Keeps a signature until then. */
export async function keepSignature(client: pg.ClientBase, signature: ExportSignature): Promise<void> {
  await client.query(
    `insert into import_check (signature) values ($1) on conflict (only_row) do update set signature = excluded.signature`,
    [JSON.stringify(signature)],
  );
}

/** @throws MooringError `unavailable` where the export was altered, naming what, or this process cannot tell */
export async function verifyImport(trx: Trx, { keys }: { keys: SecretKeys }): Promise<void> {
  const row = await trx.selectFrom('import_check').select('signature').executeTakeFirst();
  if (!row) return;
  const signature = row.signature as ExportSignature;
  const wrong = wrongPartOf(signature, keys);
  if (wrong !== null) {
    throw new MooringError(
      'unavailable',
      `The database was filled from an export that was altered: ${wrong} is not what this installation wrote.`,
      {
        fix: 'Empty the database, and import an export that only you could change. If its key is another one, set MOORING_SECRET_KEY to that key.',
      },
    );
  }
  await trx.deleteFrom('import_check').execute();
}
