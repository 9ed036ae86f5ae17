import { BlockBlobClient, type Pipeline } from '@azure/storage-blob';
import type { Writer } from '@mooring/storage/server';
import { ProviderError, quoteKey } from '@mooring/storage/server';
import type { AzureCalls } from './calls.ts';
import { type AzureAccount, objectUrl } from './urls.ts';

/** Writes small objects below one prefix, each with one request. */
export function createWriter(
  account: AzureAccount,
  pipeline: Pipeline,
  { call, sasToken, prefix }: { call: AzureCalls; sasToken: string; prefix: string },
): Writer {
  const blob = (container: string, key: string): BlockBlobClient => {
    if (!key.startsWith(prefix)) throw outside(key, prefix);
    return new BlockBlobClient(objectUrl(account, container, key, sasToken), pipeline);
  };
  return {
    prefix,
    async put(container, key, body, { contentType, signal: caller } = {}) {
      const client = blob(container, key);
      await call({ action: 'write', container, key }, caller, signal =>
        client.upload(body, body.length, {
          abortSignal: signal,
          ...(contentType !== undefined && { blobHTTPHeaders: { blobContentType: contentType } }),
        }),
      );
    },
    async remove(container, key, caller) {
      const client = blob(container, key);
      await call({ action: 'delete', container, key }, caller, signal =>
        client.delete({ abortSignal: signal }),
      );
    },
  };
}

const outside = (key: string, prefix: string): ProviderError =>
  new ProviderError('invalid', `The key ${quoteKey(key)} does not begin with ${quoteKey(prefix)}.`, {
    fix: 'Write below the prefix that the connection allows for renditions.',
  });
