import { BlobClient, ContainerClient, type Pipeline } from '@azure/storage-blob';
import { type OwnerMark, ProviderError } from '@mooring/storage/server';
import { markerKeyOf } from '../kind/ownership.ts';
import { OWNER_METADATA } from '../setup/owner-mark.ts';
import type { AzureCalls } from './calls.ts';
import { type AzureAccount, containerUrl, objectUrl } from './urls.ts';

/** Reads the metadata of containers, and whether a marker is there. */
export function createOwnerMarks(
  account: AzureAccount,
  pipeline: Pipeline,
  { call, sasToken, tokens }: { call: AzureCalls; sasToken: string; tokens: readonly string[] },
): OwnerMark[] {
  async function exists(container: string, key: string, caller?: AbortSignal): Promise<boolean> {
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
  }

  return [
    {
      id: 'container-metadata',
      async names(container, caller) {
        const client = new ContainerClient(containerUrl(account, container, sasToken), pipeline);
        const { metadata = {} } = await call({ action: 'list', container }, caller, signal =>
          client.getProperties({ abortSignal: signal }),
        );
        // Names of metadata are headers, whose case is lost on the way.
        const found = Object.entries(metadata).find(([key]) => key.toLowerCase() === OWNER_METADATA);
        const named = found?.[1].split(/[\s,;]+/) ?? [];
        return tokens.some(token => named.includes(token));
      },
    },
    {
      id: 'marker-blob',
      async names(container, caller) {
        const found = await Promise.all(tokens.map(token => exists(container, markerKeyOf(token), caller)));
        return found.includes(true);
      },
    },
  ];
}
