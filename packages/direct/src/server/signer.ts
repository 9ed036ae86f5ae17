import type { AddressBook, Clock, SignedUrl, Signer } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';
import { signatureOf } from '../signed-url.ts';
import { urlOf } from '../url.ts';

/** Hands out URLs as they were registered. One that is not signed works for as long as was asked. */
export function createSigner(addresses: AddressBook, clock: Clock): Signer {
  return {
    async sign(container, keys, { expiresAt }) {
      const kept = await addresses.find(container, keys);
      return keys.map((key): SignedUrl | ProviderError => {
        const url = kept.get(key) ?? urlOf({ container, key });
        const end = signatureOf(url)?.expiresAt ?? null;
        if (end && end <= clock.now()) return ended(end);
        return { url, expiresAt: end ?? expiresAt };
      });
    },
  };
}

const ended = (at: Date): ProviderError =>
  new ProviderError('invalid', `The URL of this file ended at ${at.toISOString()}.`, {
    fix: 'Register a list with new URLs of the same files: they take the place of the old ones.',
  });
