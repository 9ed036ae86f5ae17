import { type Clock, ProviderError } from '@mooring/storage/server';
import { signatureOf } from '../signed-url.ts';
import { urlOf } from '../url.ts';

/**
 * The URL that opens a file, and until when; null where the URL does not say.
 * @param kept as it was registered; undefined where the path alone says it
 * @returns a ProviderError `invalid` where its signature has ended
 */
export function openingUrl(
  kept: string | undefined,
  object: { container: string; key: string },
  clock: Clock,
): { url: string; end: Date | null } | ProviderError {
  const url = kept ?? urlOf(object);
  const end = signatureOf(url)?.expiresAt ?? null;
  return end && end <= clock.now() ? ended(end) : { url, end };
}

const ended = (at: Date): ProviderError =>
  new ProviderError('invalid', `The URL of this file ended at ${at.toISOString()}.`, {
    fix: 'Register a list with new URLs of the same files: they take the place of the old ones.',
  });
