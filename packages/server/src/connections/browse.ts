import type { BrowsePage } from '@mooring/contract';
import { requireStorable } from '../catalogue/storable.ts';
import type { OpenConnection } from './opening/provider-cache.ts';

/** Few enough to look through; the storage may send fewer. */
const PAGE_SIZE = 500;

/**
 * One level of a container as the storage lists it now: by one request, never by more. Stand-ins for directories
 * are left out, because they are among the prefixes already; objects with a size that cannot be, because syncs skip them.
 * @throws ProviderError as the listing does; MooringError `invalid_request` for a prefix that no key can have
 */
export async function browse(
  { connection: { location }, provider }: OpenConnection,
  query: { container?: string | undefined; prefix?: string | undefined; cursor?: string | undefined },
  signal: AbortSignal,
): Promise<BrowsePage> {
  requireStorable({ container: query.container, prefix: query.prefix });
  const { container = location.container, prefix = location.prefix, cursor } = query;
  const options = { prefix, delimiter: '/', cursor, pageSize: PAGE_SIZE, signal } as const;
  const page = await provider.list(container, options);
  return {
    container,
    prefix,
    prefixes: page.prefixes,
    objects: [...page.objects]
      .filter(({ placeholder, sizeBytes }) => !placeholder && Number.isSafeInteger(sizeBytes))
      .map(({ key, sizeBytes, contentType }) => ({ key, sizeBytes, contentType })),
    nextCursor: page.cursor,
  };
}
