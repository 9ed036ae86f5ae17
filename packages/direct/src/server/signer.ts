import type { AddressBook, Clock, SignedUrl, Signer } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';
import { openingUrl } from './opening-url.ts';

/** Hands out URLs as they were registered. One that is not signed works for as long as was asked. */
export function createSigner(addresses: AddressBook, clock: Clock): Signer {
  return {
    async sign(container, keys, { expiresAt }) {
      const kept = await addresses.find(container, keys);
      return keys.map((key): SignedUrl | ProviderError => {
        const opening = openingUrl(kept.get(key), { container, key }, clock);
        if (opening instanceof ProviderError) return opening;
        return { url: opening.url, expiresAt: opening.end ?? expiresAt };
      });
    },
  };
}
