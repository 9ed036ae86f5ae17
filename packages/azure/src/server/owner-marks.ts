import { BlobClient, ContainerClient, type Pipeline } from '@azure/storage-blob';
import type { OwnerMarks } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';
import type { AzureCalls } from './calls.ts';
import { type AzureAccount, containerUrl, objectUrl } from './urls.ts';

/** Reads the metadata of containers, and whether a marker is there. */
export function createOwnerMarks(
  account: AzureAccount,
  pipeline: Pipeline,
  { call, sasToken }: { call: AzureCalls; sasToken: string },
): OwnerMarks {
  return {
    async metadata(container, name, caller) {
      const client = new ContainerClient(containerUrl(account, container, sasToken), pipeline);
      const { metadata = {} } = await call({ action: 'list', container }, caller, signal =>
        client.getProperties({ abortSignal: signal }),
      );
      // Names of metadata are headers, whose case is lost on the way.
      const found = Object.entries(metadata).find(([key]) => key.toLowerCase() === name);
      return found?.[1] ?? null;
    },

    async exists(container, key, caller) {
      const client = new BlobClient(objectUrl(account, container, key, sasToken), pipeline);
      try {
        await call({ action: 'head', container, key }, caller, signal =>
          client.getProperties({ abortSignal: signal }),
        );
        return true;
      } catch (error) {
        if (error instanceof ProviderError && error.kind === 'not-found') return false;
        throw error;
      }
    },
  };
}
