import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MooringError } from './problem.ts';

/** A key that seals stored credentials. Its id stands in front of what it sealed. */
export interface SecretKey {
  id: Buffer;
  bytes: Buffer;
}

const FORMAT = 1;
const ID_BYTES = 4;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + ID_BYTES + IV_BYTES + TAG_BYTES;
const ALGORITHM = 'aes-256-gcm';

/**
 * Seals texts for storing: AES-256-GCM with the row's id as associated data, so that what was sealed for one
 * row does not open in another. Layout: format (1 byte), key id (4), nonce (12), tag (16), ciphertext.
 *
 * @param keys all that may have been used; the first one seals
 */
export function createSecretBox({ keys }: { keys: readonly [SecretKey, ...SecretKey[]] }) {
  return {
    seal(plain: string, rowId: string): Buffer {
      const [key] = keys;
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, key.bytes, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(rowId));
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(FORMAT), key.id, iv, cipher.getAuthTag(), sealed]);
    },

    /** @throws MooringError `unavailable` where the key is not known, or the bytes were changed or moved. */
    unseal(sealed: Buffer, rowId: string): string {
      if (sealed[0] !== FORMAT || sealed.length < HEAD_BYTES) throw damaged(rowId);
      const id = sealed.subarray(1, 1 + ID_BYTES);
      const key = keys.find(known => known.id.equals(id));
      if (!key) throw unknownKey(rowId, id, keys);
      const iv = sealed.subarray(1 + ID_BYTES, 1 + ID_BYTES + IV_BYTES);
      const decipher = createDecipheriv(ALGORITHM, key.bytes, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(rowId));
      decipher.setAuthTag(sealed.subarray(HEAD_BYTES - TAG_BYTES, HEAD_BYTES));
      try {
        return decipher.update(sealed.subarray(HEAD_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch (error) {
        throw damaged(rowId, error);
      }
    },
  };
}
export type SecretBox = ReturnType<typeof createSecretBox>;

/** The id of the key that sealed something, in hexadecimal. */
export const keyIdOf = (sealed: Buffer): string => sealed.subarray(1, 1 + ID_BYTES).toString('hex');

const unknownKey = (rowId: string, id: Buffer, keys: readonly SecretKey[]): MooringError =>
  new MooringError(
    'unavailable',
    `The secret of ${rowId} was sealed with the key ${id.toString('hex')}, which this process does not have. It has ${keys.map(key => key.id.toString('hex')).join(', ')}.`,
    {
      fix: 'Give every process of the installation the same key: MOORING_SECRET_KEY, or the same secret.key file in the data directory.',
    },
  );
const damaged = (rowId: string, cause?: unknown): MooringError =>
  new MooringError('unavailable', `The stored secret of ${rowId} is damaged or belongs to another row.`, {
    fix: 'Replace the credential.',
    cause,
  });

/** Another key for another purpose, so that the sealing key is used for nothing else. 32 bytes. */
export const deriveKey = (key: SecretKey, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key.bytes, '', `mooring ${purpose}`, 32));

/**
 * The keys of the installation: `secretKey` of the settings, else `secret.key` in the data directory, made with
 * mode 0600 at the first start. Several keys are parted by commas or line breaks.
 *
 * @throws Error where the file is readable by others or holds no keys
 */
export async function loadSecretKeys(config: {
  secretKey: string | null;
  dataDir: string;
}): Promise<[SecretKey, ...SecretKey[]]> {
  if (config.secretKey !== null) return parseKeys(config.secretKey, 'secretKey');
  const path = join(config.dataDir, 'secret.key');
  await makeKeyFile(path);
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    throw new Error(
      `The secret key ${path} has mode ${(mode & 0o777).toString(8)}, so other users of this machine can read it; expected 600. Run: chmod 600 ${path}`,
    );
  }
  return parseKeys(await readFile(path, 'utf8'), path);
}

/**
 * Makes the file unless it is there. It appears complete or not at all, so that processes that start at once
 * agree on one key: the first to link its own file under the name wins.
 */
async function makeKeyFile(path: string): Promise<void> {
  if (await exists(path)) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(32).toString('base64')}\n`);
    await file.sync();
    await link(draft, path).catch(error => {
      if (error.code !== 'EEXIST') throw error;
    });
    await syncDirectory(dirname(path));
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    error => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  await directory.sync().finally(() => directory.close());
}

function parseKeys(text: string, from: string): [SecretKey, ...SecretKey[]] {
  const keys = text
    .split(/[\s,]+/)
    .filter(key => key !== '')
    .map(key => Buffer.from(key, 'base64'))
    .map(bytes => ({ bytes, id: createHash('sha256').update(bytes).digest().subarray(0, ID_BYTES) }));
  if (keys.length === 0 || keys.some(key => key.bytes.length !== 32)) {
    throw new Error(
      `${from} does not hold a key of 32 bytes in Base64. Restore the file from a backup: without it, Mooring cannot open what it sealed.`,
    );
  }
  return keys as [SecretKey, ...SecretKey[]];
}
