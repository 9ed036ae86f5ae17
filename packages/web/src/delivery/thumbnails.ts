import type { Asset } from '@mooring/contract';
import { MooringApiError } from '@mooring/sdk';
import { client } from '@/api/client.ts';

/** A picture of 256 pixels fills a square of this width: most are less high than wide. */
const MOST_FOR_SMALL_PX = 192;
const sizeFor = (devicePx: number) => (devicePx > MOST_FOR_SMALL_PX ? 512 : 256);

/** The address of an asset's thumbnail. It changes with the object, so browsers may keep the picture. */
export function thumbnailUrl({ id, etag }: Pick<Asset, 'id' | 'etag'>, devicePx: number): string {
  const query = new URLSearchParams({ size: String(sizeFor(devicePx)), etag });
  return `/v1/assets/${id}/thumbnail?${query}`;
}

const MOST_ATTEMPTS = 5;
const WAIT_MS = 2000;

/**
 * Why an `<img>` did not get a thumbnail, which browsers do not say. Null where it is worth another attempt: the server
 * was busy and has had a moment, or has it by now.
 * @param attempt from 1, how often the image was tried
 * @throws the signal's reason; MooringUnreachableError
 */
export async function whyNoThumbnail(
  { id: assetId, etag }: Pick<Asset, 'id' | 'etag'>,
  attempt: number,
  signal: AbortSignal,
): Promise<Error | null> {
  try {
    await client.call('getAssetThumbnail', { params: { assetId }, query: { etag }, signal });
    return attempt < MOST_ATTEMPTS ? null : new Error('The browser does not show the thumbnail.');
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof MooringApiError)) throw error;
    if (error.code !== 'unavailable' || attempt >= MOST_ATTEMPTS) return error;
    await new Promise(resolve => setTimeout(resolve, WAIT_MS * attempt));
    signal.throwIfAborted();
    return null;
  }
}
