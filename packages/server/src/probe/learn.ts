import { type KnownFacts, type MediaFacts, mediaFacts } from '@mooring/contract';
import { ProbeError } from '@mooring/probe';
import type { Prober } from '@mooring/probe/node';
import { ProviderError } from '@mooring/storage/server';
import type { AssetToProbe, LearnedMedia } from '../catalogue/media.ts';
import { type ObjectReading, objectSource } from './object-source.ts';

/** What one look at an asset came to; `refusal` where the storage let nothing be read. */
export interface Learned extends LearnedMedia {
  refusal: ProviderError | null;
}

/**
 * Reads what an asset is. All that concerns this asset alone becomes its problem.
 * @throws the signal's reason
 */
export async function learn(
  prober: Prober,
  reading: ObjectReading,
  asset: AssetToProbe,
  signal: AbortSignal,
): Promise<Learned> {
  const about = { assetId: asset.id, etag: asset.etag };
  try {
    const { facts, warnings } = await prober.probe(objectSource(reading, asset), asset.key, { signal });
    if (!mediaFacts.safeParse(facts).success)
      throw new ProbeError('malformed', 'The file says numbers of itself that cannot be.');
    return { ...about, facts: known(facts), warnings, problem: null, refusal: null };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ProbeError)) throw error;
    const refusal = error.cause instanceof ProviderError ? error.cause : null;
    const problem = { code: error.code, message: refusal?.message ?? error.message };
    return { ...about, facts: null, warnings: [], problem, refusal };
  }
}

/** Without the facts that the format does not have. */
export const known = (facts: MediaFacts | KnownFacts): KnownFacts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null)) as KnownFacts;
