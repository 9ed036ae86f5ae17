import type { Asset } from '@mooring/contract';
import type { ByteSource } from '@mooring/probe';
import { signedUrls } from './browser-urls.ts';
import { fetchRange } from './fetch-range.ts';
import { empty, tooLarge } from './not-loaded.ts';

/**
 * The bytes of an asset by ranges, straight from the storage, each in a buffer of its own. Reading throws NotLoaded, or
 * what signing throws.
 */
export const assetSource = (asset: Asset) =>
  ({
    sizeBytes: asset.sizeBytes,
    read: (offset: number, length: number, signal: AbortSignal) =>
      fetchRange(signedUrls, asset, offset, length, signal),
  }) satisfies ByteSource;

/**
 * All bytes of an asset; unpacked where it is stored compressed, as browsers do it.
 * @param mostBytes what a viewer takes into memory at most
 * @throws NotLoaded also where it is larger than that; or what signing throws
 */
export async function readWhole(
  asset: Asset,
  mostBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  if (asset.sizeBytes === 0) throw empty();
  if (asset.sizeBytes > mostBytes) throw tooLarge(asset.sizeBytes, mostBytes);
  const bytes = await fetchRange(signedUrls, asset, 0, mostBytes + 1, signal);
  if (bytes.length > mostBytes) throw tooLarge(bytes.length, mostBytes);
  return bytes;
}
