import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { MooringError } from './problem.ts';

/** A key that seals stored credentials. Its id stands in front of what it sealed. */
export interface SecretKey {
  id: Buffer;
  bytes: Buffer;
}
/** The one that seals first. All of them open. */
export type SecretKeys = readonly [SecretKey, ...SecretKey[]];

/** What a secret is sealed together with. It opens only where all of it is as it was. */
export interface SealedFor {
  /** Of the row, for messages. */
  name: string;
  /** What `values` are, to follow “only with”. */
  words: string;
  /** What to do where it does not open. */
  fix: string;
  /** What kind of secret it is, and whose. The order of an object's fields does not matter. */
  values: readonly [kind: string, ...of: unknown[]];
}

/** Sealed with the row's id alone. Only `unsealFormer` opens it. */
const FORMER_FORMAT = 1;
const FORMAT = 2;
const ID_BYTES = 4;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + ID_BYTES + IV_BYTES + TAG_BYTES;
const ALGORITHM = 'aes-256-gcm';

/**
 * Seals texts for storing: AES-256-GCM with what the text belongs to as associated data, so that it opens nowhere else.
 * Layout: format (1 byte), key id (4), nonce (12), tag (16), ciphertext.
 *
 * @param ring all keys that may have been used; they may change while it is in use
 */
export function createSecretBox(ring: { readonly keys: SecretKeys }) {
  function open(format: number, sealed: Buffer, data: string, damaged: (cause?: unknown) => MooringError) {
    if (sealed[0] !== format || sealed.length < HEAD_BYTES) throw damaged();
    const id = sealed.subarray(1, 1 + ID_BYTES);
    const key = ring.keys.find(known => known.id.equals(id));
    if (!key) throw unknownKey(id, ring.keys);
    const iv = sealed.subarray(1 + ID_BYTES, 1 + ID_BYTES + IV_BYTES);
    const decipher = createDecipheriv(ALGORITHM, key.bytes, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(data));
    decipher.setAuthTag(sealed.subarray(HEAD_BYTES - TAG_BYTES, HEAD_BYTES));
    try {
      return decipher.update(sealed.subarray(HEAD_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch (error) {
      throw damaged(error);
    }
  }

  return {
    seal(plain: string, sealedFor: SealedFor): Buffer {
      const [key] = ring.keys;
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, key.bytes, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(canonical(sealedFor.values)));
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([head(key), iv, cipher.getAuthTag(), sealed]);
    },

    /** @throws MooringError `unavailable` where the key is not known, or anything that it was sealed with is different */
    unseal: (sealed: Buffer, sealedFor: SealedFor): string =>
      open(FORMAT, sealed, canonical(sealedFor.values), cause =>
        isFormer(sealed) ? lateFormer(sealedFor) : damaged(sealedFor, cause),
      ),

    /** Opens what an older Mooring sealed, with the row's id alone. Throws as `unseal`. */
    unsealFormer: (sealed: Buffer, rowId: string): string =>
      open(
        FORMER_FORMAT,
        sealed,
        rowId,
        cause =>
          new MooringError('unavailable', `The stored secret of ${rowId} is damaged.`, {
            fix: 'Restore the database from a backup, or replace the secret.',
            cause,
          }),
      ),
  };
}
export type SecretBox = ReturnType<typeof createSecretBox>;

/** What all that a key seals begins with, in the format of today. */
export const head = (key: SecretKey): Buffer => Buffer.concat([Buffer.of(FORMAT), key.id]);

/** Whether an older Mooring sealed it. */
export const isFormer = (sealed: Buffer): boolean => sealed[0] === FORMER_FORMAT;

/** The id of the key that sealed something, in hexadecimal. */
export const keyIdOf = (sealed: Buffer): string => sealed.subarray(1, 1 + ID_BYTES).toString('hex');

/** How messages name a key. */
export const nameOf = (key: SecretKey): string => key.id.toString('hex');

/** One text for equal values, however they were stored: JSON with the fields of objects in their order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_name, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

const unknownKey = (id: Buffer, keys: SecretKeys): MooringError =>
  new MooringError(
    'unavailable',
    `A stored secret was sealed with the key ${id.toString('hex')}, which this process does not have. It has ${keys.map(nameOf).join(', ')}.`,
    {
      fix: 'Give every process of the installation the same key: MOORING_SECRET_KEY, or the same secret.key file in the data directory.',
    },
  );
const damaged = ({ name, words, fix }: SealedFor, cause?: unknown): MooringError =>
  new MooringError(
    'unavailable',
    `The stored secret of ${name} is damaged or belongs to another row. It opens only with ${words}.`,
    { fix, cause },
  );
const lateFormer = ({ name, fix }: SealedFor): MooringError =>
  new MooringError(
    'unavailable',
    `The stored secret of ${name} was sealed by an older Mooring after this one had upgraded the database.`,
    { fix: `Stop every process of the older version. ${fix}` },
  );

const derived = new WeakMap<SecretKey, Map<string, Buffer>>();

/** Another key for another purpose, so that the sealing key is used for nothing else. 32 bytes. */
export function deriveKey(key: SecretKey, purpose: string): Buffer {
  const known = derived.get(key) ?? new Map<string, Buffer>();
  derived.set(key, known);
  const found =
    known.get(purpose) ?? Buffer.from(hkdfSync('sha256', key.bytes, '', `mooring ${purpose}`, 32));
  known.set(purpose, found);
  return found;
}

/** The same of each key, the one that seals first. */
export const deriveKeys = (ring: { readonly keys: SecretKeys }, purpose: string): [Buffer, ...Buffer[]] => {
  const [first, ...others] = ring.keys;
  return [deriveKey(first, purpose), ...others.map(key => deriveKey(key, purpose))];
};

const KEY_BYTES = 32;

/** A key with its id. @throws Error where it has not 32 bytes */
export function secretKeyOf(bytes: Buffer): SecretKey {
  if (bytes.length !== KEY_BYTES) throw new Error(`A key has ${KEY_BYTES} bytes, not ${bytes.length}.`);
  return { bytes, id: createHash('sha256').update(bytes).digest().subarray(0, ID_BYTES) };
}

export const newSecretKey = (): SecretKey => secretKeyOf(randomBytes(KEY_BYTES));

/** Keys in Base64, parted by commas or white space. Null: it is something else, or nothing. */
export function parseKeys(text: string): [SecretKey, ...SecretKey[]] | null {
  const keys = text
    .split(/[\s,]+/)
    .filter(key => key !== '')
    .map(key => Buffer.from(key, 'base64'));
  if (keys.length === 0 || keys.some(key => key.length !== KEY_BYTES)) return null;
  return keys.map(secretKeyOf) as [SecretKey, ...SecretKey[]];
}

/** As `parseKeys` reads them, a key in a line. */
export const formatKeys = (keys: SecretKeys): string =>
  keys.map(({ bytes }) => `${bytes.toString('base64')}\n`).join('');
