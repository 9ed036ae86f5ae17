import type { Findings, Format } from '../format.ts';
import type { RangeReader } from '../range-reader.ts';
import { fourCharacters } from '../riff.ts';
import type { Sound } from './aac.ts';
import { afterId3, endOfId3 } from './id3.ts';
import { soundFacts } from './sound-facts.ts';

export const FLAC: Format = {
  id: 'flac',
  mediaType: 'audio/flac',
  kind: 'audio',
  extensions: ['flac'],
  recognises: head => fourCharacters(afterId3(head) ?? new Uint8Array(), 0) === 'fLaC',
  read: readFlac,
};

/** The first block is always STREAMINFO (RFC 9639, 8.2), so that no other has to be read. */
export async function readFlac(reader: RangeReader): Promise<Findings> {
  const { samples, ...sound } = readStreamInfo(await reader.view((await endOfId3(reader)) + 8, 34));
  const durationSeconds = samples > 0 ? samples / sound.sampleRateHz! : null;
  return { facts: { ...soundFacts(sound, durationSeconds), mediaType: 'audio/flac' } };
}

/** @returns `samples` 0 where the encoder did not know how many there would be */
export function readStreamInfo(info: DataView): Sound & { samples: number } {
  const packed = info.getUint32(10);
  return {
    audioCodec: 'flac',
    sampleRateHz: packed >>> 12,
    channels: ((packed >> 9) & 7) + 1,
    bitDepth: ((packed >> 4) & 31) + 1,
    samples: (packed & 15) * 2 ** 32 + info.getUint32(14),
  };
}
