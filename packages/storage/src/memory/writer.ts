import { ProviderError } from '../server/errors.ts';
import type { Writer } from '../server/provider.ts';
import type { MemoryStorage } from './storage.ts';

/** Writes below one prefix of a memory storage. `admit` throws where the credential is refused. */
export function createMemoryWriter(storage: MemoryStorage, prefix: string, admit: () => void): Writer {
  const requireInside = (key: string): void => {
    if (key.startsWith(prefix)) return;
    throw new ProviderError('invalid', `The key “${key}” does not begin with “${prefix}”.`, {
      fix: 'Write below the prefix.',
    });
  };
  return {
    prefix,
    async put(container, key, body, { contentType, signal } = {}) {
      signal?.throwIfAborted();
      requireInside(key);
      admit();
      storage.put(key, body, { container, ...(contentType !== undefined && { contentType }) });
    },
    async remove(container, key, signal) {
      signal?.throwIfAborted();
      requireInside(key);
      admit();
      if (storage.delete(key, container)) return;
      throw new ProviderError('not-found', `There is no object “${key}”.`, { fix: 'Look at its key.' });
    },
  };
}
