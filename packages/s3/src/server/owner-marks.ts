import type { OwnerMark, Reader } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';
import { markerKeyOf } from '../kind/ownership.ts';
import type { Session } from './sessions.ts';

/**
 * Whether a role lets this installation in with the external id of the workspace, and only with it: a role that does
 * not ask for it would let in every workspace that knows its name.
 * @param assume asks for a session; null: without an external id
 */
export const externalIdMark = (
  tokens: readonly string[],
  assume: (container: string, externalId: string | null, signal: AbortSignal) => Promise<Session>,
): OwnerMark => ({
  id: 'external-id',
  async names(container, caller) {
    const signal = caller ?? new AbortController().signal;
    const isLetIn = (externalId: string | null): Promise<boolean> =>
      assume(container, externalId, signal).then(
        () => true,
        error => {
          if (error instanceof ProviderError && error.serviceCode === 'AccessDenied') return false;
          throw error;
        },
      );
    for (const token of tokens) if (await isLetIn(token)) return !(await isLetIn(null));
    return false;
  },
});

/**
 * Whether the marker of the workspace is in the bucket. A policy that was made with one token opens the marker of that
 * token only: a refusal counts once no other marker is there.
 */
export const markerMark = (tokens: readonly string[], { head }: Pick<Reader, 'head'>): OwnerMark => ({
  id: 'marker-object',
  async names(container, signal) {
    let refusal: ProviderError | null = null;
    for (const token of tokens) {
      try {
        await head(container, markerKeyOf(token), signal);
        return true;
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        if (error.kind === 'forbidden') refusal ??= error;
        else if (error.kind !== 'not-found') throw error;
      }
    }
    if (refusal) throw refusal;
    return false;
  },
});
