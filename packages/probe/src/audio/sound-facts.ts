import type { MediaFacts } from '@mooring/contract';
import type { Sound } from './aac.ts';

/** The facts of a file that is one sound track. */
export const soundFacts = (
  {
    audioCodec,
    sampleRateHz,
    channels,
    bitDepth,
  }: Omit<Sound, 'channels'> & { channels?: number | null | undefined },
  durationSeconds: number | null,
): Partial<MediaFacts> => ({
  audioTracks: 1,
  audioCodec,
  sampleRateHz: sampleRateHz || null,
  channels: channels || null,
  bitDepth: bitDepth || null,
  durationSeconds: durationSeconds && Number.isFinite(durationSeconds) ? durationSeconds : null,
});

/** Far more than any sound has. */
const MOST_RATE = 100_000_000;

/** Samples a second, from a field that can hold anything; undefined where it is no rate. */
export const rateFrom = (rate: number): number | undefined =>
  rate >= 1 && rate <= MOST_RATE ? Math.round(rate) : undefined;
