import type { FoundKeys } from './found-keys.ts';
import { nameOf, type SecretKeys } from './secrets.ts';

/**
 * The secret keys of a running process. Which of them seals is for the database to say, so that all processes change
 * over together (keys/watch-keys.ts); until then it is the first of the source.
 */
export function createKeyRing(found: FoundKeys) {
  let known = found.keys;
  let keys = found.keys;

  return {
    /** The one that seals first. */
    get keys(): SecretKeys {
      return keys;
    },
    /** The first of the source: the one that is to seal once all processes know it. */
    get wanted(): string {
      return nameOf(known[0]);
    },
    from: found.from,

    /** Whether this process has the key, and seals with it from now on. */
    sealWith(keyId: string): boolean {
      const key = [...known, ...keys].find(each => nameOf(each) === keyId);
      if (!key) return false;
      keys = [key, ...known.filter(each => nameOf(each) !== keyId)];
      return true;
    },

    /** Reads the source again. Throws where it cannot be read; then the keys stay as they are. */
    async refresh(): Promise<void> {
      known = await found.read();
      const [sealing] = keys;
      keys = [sealing, ...known.filter(each => !each.id.equals(sealing.id))];
    },
  };
}
export type KeyRing = ReturnType<typeof createKeyRing>;
