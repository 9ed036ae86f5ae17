import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { KeyStore } from '@mooring/storage/server';
import type { Config } from './config.ts';
import { keyFileOf, makeKeyFile, readKeyFile, writeKeyFile } from './key-file.ts';
import { MooringError } from './problem.ts';
import { formatKeys, parseKeys, type SecretKeys } from './secrets.ts';

/** The secret keys of a process, and where it has them from. */
export interface FoundKeys {
  /** In the order of their source: the first one is to seal. */
  keys: SecretKeys;
  /** To follow “from”. */
  from: string;
  /** Whether this process made the key file. */
  isNew: boolean;
  /** Where the key file is, or would be. */
  path: string;
  /** What the source holds now. Throws where it cannot be read. */
  read(): Promise<SecretKeys>;
  /** Puts other keys there. Null where only the operator can: the environment. */
  write: ((keys: SecretKeys) => Promise<void>) | null;
  /** Removes the key file where this process made it. */
  discardNew(): Promise<void>;
}

type KeySettings = Pick<Config, 'secretKey' | 'dataDir' | 'from'>;

/**
 * The keys of the settings, of a service that keeps them, or of the key file. The file is made where there is none.
 * @throws MooringError `unavailable` where two sources are set, or the service has no keys; Error as `readKeyFile`
 */
export async function findKeys(config: KeySettings, store: KeyStore | null = null): Promise<FoundKeys> {
  const path = keyFileOf(config);
  const { secretKey } = config;
  const existing = { path, isNew: false, discardNew: async () => {} };
  if (secretKey !== null) {
    if (store) throw twoSources(config.from.secretKey, store.name);
    const keys = parseKeys(secretKey)!; // as the settings have judged
    return { ...existing, keys, from: config.from.secretKey, read: async () => keys, write: null };
  }
  if (store) {
    const read = async () => parseKeys(await store.read()) ?? noKeys(store.name);
    const write = (keys: SecretKeys) => store.write(formatKeys(keys).trim().replaceAll('\n', ','));
    return { ...existing, keys: await read(), from: store.name, read, write };
  }
  const isNew = !existsSync(path);
  await makeKeyFile(path);
  return {
    keys: await readKeyFile(path),
    from: `the file ${path}`,
    isNew,
    path,
    read: () => readKeyFile(path),
    write: keys => writeKeyFile(path, keys),
    discardNew: async () => {
      if (isNew) await rm(path, { force: true });
    },
  };
}

/** The same, for commands that can do without a key: null where there is none, and none is made. */
export async function findExistingKeys(
  config: KeySettings,
  store: KeyStore | null = null,
): Promise<FoundKeys | null> {
  const exists = config.secretKey !== null || store !== null || existsSync(keyFileOf(config));
  return exists ? await findKeys(config, store) : null;
}

const twoSources = (setting: string, store: string): MooringError =>
  new MooringError('unavailable', `The secret key is set twice: in ${setting} and in ${store}.`, {
    fix: 'Leave one of the two settings out.',
  });

function noKeys(store: string): never {
  throw new MooringError('unavailable', `There is no key in ${store}: expected 32 bytes in Base64.`, {
    fix: 'Put a key there, for example one that openssl rand -base64 32 prints. If there was a key before, restore it: without it, Mooring cannot open what it sealed.',
  });
}
