import type { Clock } from '@mooring/storage/server';
import { sql } from 'kysely';
import type { FoundKeys } from '../platform/found-keys.ts';
import { MooringError } from '../platform/problem.ts';
import { createSecretBox, keyIdOf } from '../platform/secrets.ts';
import type { Db, Trx } from './db.ts';

// Every process of an installation needs the same secret key. The one row of `secret_key_check` holds a known text,
// sealed with it. It says nothing about the key beyond the id that stands in front of all that is sealed.

const TEXT = 'mooring';
const ROW_ID = 'secret_key_check';

/**
 * Makes sure that these keys sealed the database, before this process seals anything. The first process of an
 * installation writes the check; where secrets were sealed before there was a check, its keys must open one of them.
 * Where several keys are set, the check is sealed anew with the first one, as secrets are from now on.
 *
 * @throws MooringError `unavailable` where the keys did not seal the database; a key file made for it is removed
 */
export async function proveKeys({
  db,
  found,
  clock,
}: {
  db: Db;
  found: FoundKeys;
  clock: Clock;
}): Promise<void> {
  const { seal } = createSecretBox(found);
  await db.transaction().execute(async trx => {
    if (!(await readCheck(trx))) {
      const secrets = await readSecrets(trx);
      if (secrets.length > 0 && !secrets.some(({ sealed, id }) => opens(found, sealed, id))) {
        await refuse(
          found,
          secrets.map(({ sealed }) => sealed),
        );
      }
      await trx
        .insertInto('secret_key_check')
        .values({ text_sealed: seal(TEXT, ROW_ID), created_at: clock.now() })
        .onConflict(conflict => conflict.doNothing()) // another process was first: its key counts
        .execute();
    }
    const check = (await readCheck(trx))!;
    if (!opens(found, check, ROW_ID)) await refuse(found, [check]);
    if (keyIdOf(check) === found.keys[0].id.toString('hex')) return;
    await trx
      .updateTable('secret_key_check')
      .set({ text_sealed: seal(TEXT, ROW_ID) })
      .execute();
  });
}

/**
 * Refuses keys that are not those of the installation. Writes nothing; a database that has no check yet, or no tables,
 * is left to `proveKeys`.
 *
 * @throws MooringError `unavailable` where the keys did not seal the database
 */
export async function refuseOtherKeys(db: Db, found: FoundKeys): Promise<void> {
  const { rows } = await sql<{ known: boolean }>`
    select to_regclass('public.secret_key_check') is not null as known`.execute(db);
  if (!rows[0]!.known) return;
  const check = await db.selectFrom('secret_key_check').select('text_sealed').executeTakeFirst();
  if (check && !opens(found, check.text_sealed, ROW_ID)) await refuse(found, [check.text_sealed]);
}

/** Locks it, so that those who seal it anew do so one after the other. */
const readCheck = async (trx: Trx): Promise<Buffer | undefined> =>
  (await trx.selectFrom('secret_key_check').select('text_sealed').forUpdate().executeTakeFirst())
    ?.text_sealed;

/** All secrets that stay: those of connections and webhooks, each with the id that it is sealed for. */
async function readSecrets(trx: Trx): Promise<{ id: string; sealed: Buffer }[]> {
  const { rows } = await sql<{ id: string; sealed: Buffer }>`
    select id, credential_sealed as sealed from connections where credential_sealed is not null
    union all select id, secret_sealed from webhooks`.execute(trx);
  return rows;
}

function opens(found: FoundKeys, sealed: Buffer, rowId: string): boolean {
  try {
    createSecretBox(found).unseal(sealed, rowId);
    return true;
  } catch (error) {
    if (error instanceof MooringError) return false;
    throw error;
  }
}

async function refuse(found: FoundKeys, sealed: readonly Buffer[]): Promise<never> {
  await found.discardNew();
  const mine = found.keys.map(({ id }) => id.toString('hex')).join(', ');
  const needed = [...new Set(sealed.map(keyIdOf))].join(', ');
  throw new MooringError(
    'unavailable',
    `This process has the secret key ${mine} from ${found.from}. The database is sealed with the key ${needed}.`,
    {
      fix: `All machines of an installation need the same key. Set MOORING_SECRET_KEY to the key of the first machine, which is set there or is in secret.key of its data directory. Or copy that file to ${found.path}, with mode 600. If you meant another installation, correct DATABASE_URL.`,
    },
  );
}
