import type { Writer } from '@mooring/storage/server';
import { ProviderError, quoteKey } from '@mooring/storage/server';
import type { Sender } from './send.ts';

/** Writes small objects below one prefix, each with one request. */
export function createWriter({ send }: Pick<Sender, 'send'>, prefix: string): Writer {
  const requireInside = (key: string): void => {
    if (key.startsWith(prefix)) return;
    throw new ProviderError('invalid', `The key ${quoteKey(key)} does not begin with ${quoteKey(prefix)}.`, {
      fix: 'Write below the prefix that the connection allows for renditions.',
    });
  };
  return {
    prefix,
    async put(container, key, body, { contentType, signal } = {}) {
      requireInside(key);
      const headers = { ...(contentType !== undefined && { 'content-type': contentType }) };
      const answer = await send(
        { action: 'write', container, key },
        { method: 'PUT', headers, body },
        signal,
      );
      await answer.body.dump();
    },
    // S3 does not say whether something was there.
    async remove(container, key, signal) {
      requireInside(key);
      const answer = await send({ action: 'delete', container, key }, { method: 'DELETE' }, signal);
      await answer.body.dump();
    },
  };
}
