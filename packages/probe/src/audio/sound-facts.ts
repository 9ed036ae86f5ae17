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
  durationSeconds,
});
