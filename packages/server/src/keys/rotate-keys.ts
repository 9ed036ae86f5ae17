import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { FoundKeys } from '../platform/found-keys.ts';
import type { KeyRing } from '../platform/key-ring.ts';
import { MooringError } from '../platform/problem.ts';
import { createSecretBox, head, nameOf, newSecretKey } from '../platform/secrets.ts';
import { changeOver } from './key-check.ts';
import { type KeyHolder, listHolders } from './key-holders.ts';
import { resealAll } from './reseal.ts';
import { KEYS_CHANNEL } from './watch-keys.ts';

const LOCK = sql`hashtextextended('mooring keys rotate', 0)`;
const ASK_EVERY_MS = 250;

/** What a change of the key came to. */
export interface KeyRotation {
  /** The key that seals now, in hexadecimal, as of the others. */
  keyId: string;
  /** Keys that Mooring has no use for any more. */
  retired: string[];
  /** Whether they are gone from where Mooring has its keys. If not, the operator leaves them out. */
  isRetired: boolean;
  /** Where Mooring has its keys from. */
  from: string;
  /** How many secrets were sealed anew. */
  resealed: number;
  /** What no key of the installation opens. It stays as it is. */
  unreadable: string[];
}

/**
 * Changes the secret key of an installation while it runs: puts a new key before the old ones, waits until all
 * processes have it, lets it seal, seals everything anew, and takes the old keys away. Each step can be done again, so
 * one that was cut off goes on where it stopped: where there are several keys already, the first of them is the new one.
 *
 * @param options.waitSeconds how long processes have time to read their keys again
 * @param options.note says for the operator what happens
 * @throws MooringError `conflict` where another one is under way, or a process does not get the new key; `invalid_request`
 * where the keys come from a place that only the operator can change, and hold no new one
 */
export async function rotateKeys(options: {
  db: Db;
  found: FoundKeys;
  ring: KeyRing;
  waitSeconds: number;
  note: (message: string) => void;
  signal: AbortSignal;
}): Promise<KeyRotation> {
  return await options.db.connection().execute(async one => {
    const { rows } = await sql<{ got: boolean }>`select pg_try_advisory_lock(${LOCK}) as got`.execute(one);
    if (!rows[0]!.got) throw underWay();
    try {
      return await rotate(options);
    } finally {
      await sql`select pg_advisory_unlock(${LOCK})`.execute(one);
    }
  });
}

async function rotate(options: Parameters<typeof rotateKeys>[0]): Promise<KeyRotation> {
  const { db, found, ring, note, signal } = options;
  await addKey(found, ring, note);
  const keyId = ring.wanted;
  await everyHolder(options, 'has', ({ keyIds }) => keyIds.includes(keyId));
  await changeOver(db, ring);
  note(`The key ${keyId} seals from now on.`);
  await everyHolder(options, 'seals with', ({ sealingKeyId }) => sealingKeyId === keyId);
  const box = createSecretBox(ring);
  const { count, unreadable } = await resealAll(box, {
    head: head(ring.keys[0]),
    open: ({ sealed, sealedFor }) => box.unseal(sealed, sealedFor),
    within: work => {
      signal.throwIfAborted();
      return db.transaction().execute(work);
    },
  });
  note(`${count} secrets were sealed anew.`);
  const [sealing, ...old] = ring.keys;
  if (found.write && old.length > 0) {
    await found.write([sealing]);
    await ring.refresh();
    await tell(db);
  }
  return {
    keyId,
    retired: old.map(nameOf),
    isRetired: found.write !== null,
    from: found.from,
    resealed: count,
    unreadable,
  };
}

/** Puts a new key before the one that is there; where there are several, that was done before. */
async function addKey(found: FoundKeys, ring: KeyRing, note: (message: string) => void): Promise<void> {
  await ring.refresh();
  const [key, ...others] = ring.keys;
  if (others.length > 0)
    return note(`There are ${others.length + 1} keys already: ${ring.wanted} comes first.`);
  if (!found.write) throw onlyTheOperator(found.from);
  await found.write([newSecretKey(), key]);
  await ring.refresh();
  note(`The new key is ${ring.wanted}.`);
}

/** Waits until something is so for all processes in use. */
async function everyHolder(
  { db, ring, waitSeconds, signal }: Parameters<typeof rotateKeys>[0],
  what: 'has' | 'seals with',
  isSo: (holder: KeyHolder) => boolean,
): Promise<void> {
  const deadline = performance.now() + waitSeconds * 1000;
  for (;;) {
    await tell(db);
    const late = (await listHolders(db)).filter(holder => !isSo(holder));
    if (late.length === 0) return;
    if (performance.now() > deadline) throw tooLate(what, ring.wanted, late, waitSeconds);
    await pause(ASK_EVERY_MS, undefined, { signal });
  }
}

const tell = (db: Db): Promise<unknown> => sql`select pg_notify(${KEYS_CHANNEL}, '')`.execute(db);

const underWay = (): MooringError =>
  new MooringError('conflict', 'Another `mooring keys rotate` is under way.', {
    fix: 'Wait until it ends. If it was cut off, try again in a minute: it goes on where it stopped.',
  });

const onlyTheOperator = (from: string): MooringError =>
  new MooringError(
    'invalid_request',
    `The secret key comes from ${from}, where Mooring cannot put a new one. There is one key, and it seals everything.`,
    {
      fix: `Make a key: openssl rand -base64 32. Put it before the old one, with a comma between them (NEW,OLD), for every server and worker, and start them again one after the other. Then run mooring keys rotate with both keys.`,
    },
  );

function tooLate(what: string, keyId: string, late: KeyHolder[], seconds: number): MooringError {
  const names = late.map(({ process, keySource }) => `${process} (keys from ${keySource})`).join(', ');
  return new MooringError(
    'conflict',
    `Not every process ${what} the key ${keyId} after ${seconds} seconds. Without it: ${names}.`,
    {
      fix: 'Give these processes the new key before the old one: in their key file, which they read by themselves, or in MOORING_SECRET_KEY, with a new start. Then run mooring keys rotate again. It goes on where it stopped, and until then both keys work.',
    },
  );
}
