import type { Asset } from '@mooring/contract';
import { ProbeError, recogniseType } from '@mooring/probe';
import { assetSource } from '@/delivery/asset-source.ts';
import type { Content } from '../viewer-of.ts';

/**
 * What an asset holds by its first bytes, read straight from the storage; by its name where they tell nothing.
 * @throws NotLoaded where they do not come, or what signing throws
 */
export async function recogniseAsset(asset: Asset, signal: AbortSignal): Promise<Content> {
  try {
    return await recogniseType(assetSource(asset), signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ProbeError)) throw error;
    if (error.cause instanceof Error) throw error.cause;
    // Among these are objects that are stored compressed: browsers unpack them, so their sizes are others.
    return { mediaType: '', kind: asset.kind };
  }
}
