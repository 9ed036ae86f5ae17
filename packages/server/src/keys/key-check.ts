import type { Clock } from '@mooring/storage/server';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Db, Trx } from '../catalogue/db.ts';
import { KEY_CHECK } from '../catalogue/sealed-for.ts';
import type { FoundKeys } from '../platform/found-keys.ts';
import type { KeyRing } from '../platform/key-ring.ts';
import { MooringError } from '../platform/problem.ts';
import { createSecretBox, deriveKey, head, isFormer, keyIdOf, nameOf } from '../platform/secrets.ts';
import { verifyImport } from './import-check.ts';
import { doAllKnow } from './key-holders.ts';
import { resealAll } from './reseal.ts';

// Every process of an installation needs the same secret key. The one row of `secret_key_check` is sealed with it. It
// says nothing about the key beyond the id that stands in front of all that is sealed. Its key is the one that seals.

const FORMER_ID = 'secret_key_check';

const textSchema = z.object({
  /** Base64. The keys of the names for owners of storages: they outlive the secret key, or its change would undo them. */
  ownership: z.tuple([z.base64()], z.base64()),
});

/** What the check holds for all processes. */
export interface InstallationSecrets {
  ownership: readonly [Buffer, ...Buffer[]];
}

/**
 * Makes sure that these keys sealed the database, before this process seals anything. The first process of an
 * installation writes the check; where secrets were sealed before there was a check, its keys must open one of them.
 * What an older Mooring sealed with the rows' ids alone is sealed anew, once. Where the first of several keys is
 * another than the one that seals, and every process in use has it, it seals from now on.
 *
 * @throws MooringError `unavailable` where the keys did not seal the database; a key file made for it is removed; or
 * where the database was filled from an export that was altered
 */
export async function proveKeys({
  db,
  found,
  ring,
  clock,
}: {
  db: Db;
  found: FoundKeys;
  ring: KeyRing;
  clock: Clock;
}): Promise<InstallationSecrets> {
  const box = createSecretBox(ring);
  return await db.transaction().execute(async trx => {
    await lockKeys(trx);
    const check = await readCheck(trx);
    let text: string;
    if (check && !isFormer(check)) {
      if (!opens(found, check)) await refuse(found, [check]);
      text = box.unseal(check, KEY_CHECK);
      const isDue = keyIdOf(check) !== ring.wanted && (await doAllKnow(trx, ring.wanted));
      if (isDue) await writeCheck(trx, ring, text);
      else ring.sealWith(keyIdOf(check));
    } else {
      await requireKeyOf(trx, found, check);
      text = JSON.stringify({
        ownership: ring.keys.map(key => deriveKey(key, 'ownership').toString('base64')),
      });
      await trx
        .insertInto('secret_key_check')
        .values({ text_sealed: box.seal(text, KEY_CHECK), created_at: clock.now() })
        .onConflict(conflict =>
          conflict
            .column('only_row')
            .doUpdateSet(({ ref }) => ({ text_sealed: ref('excluded.text_sealed') })),
        )
        .execute();
      await resealAll(box, {
        head: head(ring.keys[0]),
        open: ({ sealed, formerId }) => box.unsealFormer(sealed, formerId),
        within: work => work(trx),
      });
    }
    await verifyImport(trx, ring);
    const [first, ...others] = textSchema
      .parse(JSON.parse(text))
      .ownership.map(key => Buffer.from(key, 'base64'));
    return { ownership: [first!, ...others] };
  });
}

/** Seals the check with the key that is wanted: from now on every process seals with it. */
export async function changeOver(db: Db, ring: KeyRing): Promise<void> {
  await db.transaction().execute(async trx => {
    await lockKeys(trx);
    await writeCheck(trx, ring, createSecretBox(ring).unseal((await readCheck(trx))!, KEY_CHECK));
  });
}

async function writeCheck(trx: Trx, ring: KeyRing, text: string): Promise<void> {
  ring.sealWith(ring.wanted);
  await trx
    .updateTable('secret_key_check')
    .set({ text_sealed: createSecretBox(ring).seal(text, KEY_CHECK) })
    .execute();
}

/** The id of the key that seals. */
export async function readSealingKeyId(db: Db): Promise<string | null> {
  const check = await readCheck(db);
  return check ? keyIdOf(check) : null;
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
  const check = await readCheck(db);
  if (check && !opens(found, check)) await refuse(found, [check]);
}

/** For those who write the check, one after the other, also where there is none yet. */
const lockKeys = (trx: Trx): Promise<unknown> =>
  sql`select pg_advisory_xact_lock(hashtextextended('mooring keys', 0))`.execute(trx);

const readCheck = async (db: Db | Trx): Promise<Buffer | undefined> =>
  (await db.selectFrom('secret_key_check').select('text_sealed').executeTakeFirst())?.text_sealed;

/** Of an installation from before there was a check, or before secrets were sealed with more than an id. */
async function requireKeyOf(trx: Trx, found: FoundKeys, check: Buffer | undefined): Promise<void> {
  if (check) {
    if (!opens(found, check)) await refuse(found, [check]);
    return;
  }
  const { unsealFormer } = createSecretBox(found);
  const { rows } = await sql<{ id: string; sealed: Buffer }>`
    select id, credential_sealed as sealed from connections where credential_sealed is not null
    union all select id, secret_sealed from webhooks`.execute(trx);
  if (rows.length === 0 || rows.some(({ sealed, id }) => succeeds(() => unsealFormer(sealed, id)))) return;
  await refuse(
    found,
    rows.map(({ sealed }) => sealed),
  );
}

function opens(found: FoundKeys, check: Buffer): boolean {
  const { unseal, unsealFormer } = createSecretBox(found);
  return succeeds(() => (isFormer(check) ? unsealFormer(check, FORMER_ID) : unseal(check, KEY_CHECK)));
}

function succeeds(open: () => string): boolean {
  try {
    open();
    return true;
  } catch (error) {
    if (error instanceof MooringError) return false;
    throw error;
  }
}

async function refuse(found: FoundKeys, sealed: readonly Buffer[]): Promise<never> {
  await found.discardNew();
  const mine = found.keys.map(nameOf).join(', ');
  const from = found.isNew ? `${found.path}, a file that it made just now and removes again` : found.from;
  const needed = [...new Set(sealed.map(keyIdOf))].join(', ');
  throw new MooringError(
    'unavailable',
    `This process has the secret key ${mine} from ${from}. The database is sealed with the key ${needed}.`,
    {
      fix: `All machines of an installation need the same key. Set MOORING_SECRET_KEY to the key of the first machine, which is set there or is in secret.key of its data directory. Or copy that file to ${found.path}, with mode 600. If you meant another installation, correct DATABASE_URL.`,
    },
  );
}
