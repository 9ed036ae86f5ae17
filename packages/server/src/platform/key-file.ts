import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatKeys, nameOf, newSecretKey, parseKeys, type SecretKeys } from './secrets.ts';

/** Where the keys of an installation are kept that has them in a file. */
export const keyFileOf = (config: { dataDir: string }): string => join(config.dataDir, 'secret.key');

/** @throws Error where it is not there, other users can read it, or it holds no keys */
export async function readKeyFile(path: string): Promise<SecretKeys> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    throw new Error(
      `The secret key ${path} has mode ${(mode & 0o777).toString(8)}, so other users of this machine can read it; expected 600. Run: chmod 600 ${path}`,
    );
  }
  const keys = parseKeys(await readFile(path, 'utf8'));
  if (keys) return keys;
  throw new Error(
    `${path} does not hold a key of 32 bytes in Base64. Restore the file from a backup: without it, Mooring cannot open what it sealed.`,
  );
}

/** Puts other keys into the file, all at once. Keys that are left out are kept in a file of their own beside it. */
export async function writeKeyFile(path: string, keys: SecretKeys): Promise<void> {
  const kept = new Set(keys.map(nameOf));
  const left = (await readKeyFile(path)).filter(key => !kept.has(nameOf(key)));
  for (const key of left)
    await writeDraft(path, formatKeys([key]), draft => rename(draft, retiredFileOf(path, nameOf(key))));
  await writeDraft(path, formatKeys(keys), draft => rename(draft, path));
}

/** Where a key is kept that is not in use any more. Nothing reads it. */
export const retiredFileOf = (path: string, keyId: string): string => `${path}.retired-${keyId}`;

/**
 * Makes the file with a new key, for its owner only, unless it is there. It appears complete or not at all, so that
 * processes that start at once agree on one key: the first to link its own file under the name wins.
 */
export async function makeKeyFile(path: string): Promise<void> {
  if (await exists(path)) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeDraft(path, formatKeys([newSecretKey()]), draft =>
    link(draft, path).catch(error => {
      if (error.code !== 'EEXIST') throw error;
    }),
  );
}

/** Writes a file under a name of its own, and gives it the right name when it is complete on the disk. */
async function writeDraft(
  path: string,
  text: string,
  giveName: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await giveName(draft);
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
