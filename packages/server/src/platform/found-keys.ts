import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { loadSecretKeys, type SecretKey } from './secrets.ts';

/** The secret keys of a process, and where it has them from. */
export interface FoundKeys {
  keys: [SecretKey, ...SecretKey[]];
  /** To follow “from”. */
  from: string;
  /** Where the key file is, or would be. */
  path: string;
  /** Removes the key file where this process made it. */
  discardNew(): Promise<void>;
}

type KeySettings = Pick<Config, 'secretKey' | 'dataDir' | 'from'>;

/** The keys of the settings or of the key file. The file is made where there is none. Throws as `loadSecretKeys`. */
export async function findKeys(config: KeySettings): Promise<FoundKeys> {
  const path = join(config.dataDir, 'secret.key');
  const isNew = config.secretKey === null && !existsSync(path);
  const keys = await loadSecretKeys(config);
  const file = isNew ? `${path}, a file that it made just now and removes again` : `the file ${path}`;
  return {
    keys,
    from: config.secretKey === null ? file : config.from.secretKey,
    path,
    discardNew: async () => {
      if (isNew) await rm(path, { force: true });
    },
  };
}

/** The same, for commands that can do without a key: null where there is none, and none is made. */
export async function findExistingKeys(config: KeySettings): Promise<FoundKeys | null> {
  const exists = config.secretKey !== null || existsSync(join(config.dataDir, 'secret.key'));
  return exists ? await findKeys(config) : null;
}
