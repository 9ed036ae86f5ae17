import { ProviderError } from '../errors.ts';

/** A listing that cannot be read, so that nothing of it is taken. */
export const unreadable = (why: string, cause?: unknown): ProviderError =>
  unreadableAs(`The storage answered with a listing that cannot be read: ${why}.`, cause);

/** The same, with the whole message of one that another thread has met. */
export const unreadableAs = (message: string, cause?: unknown): ProviderError =>
  new ProviderError('unexpected', message, {
    fix: 'Try again. If this continues, look for a proxy between Mooring and the storage that changes answers.',
    cause,
  });
