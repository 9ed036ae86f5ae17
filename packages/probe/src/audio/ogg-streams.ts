import { fourCharacters } from '../riff.ts';
import { pixelFormat } from '../video/codecs/picture.ts';
import type { Sound } from './aac.ts';
import { readStreamInfo } from './flac.ts';

/** A logical stream, from its first packet. */
export interface OggStream {
  sound?: Sound;
  video?: { codec: string; width: number; height: number; bitDepth: number; pixelFormat: string };
  /** Granules, which pages count, in a second. */
  granulesPerSecond: number;
  /** Granules before the first that is heard. */
  skip: number;
  /** Theora counts key frames and the frames since one apart. */
  granuleShift: number;
}

const MOST_CHANNELS = 255;

/** @returns undefined for a stream that is neither sound nor pictures, or is of a codec that Mooring does not know */
export function readFirstPacket(packet: Uint8Array): OggStream | undefined {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const name = fourCharacters(packet, 0) + fourCharacters(packet, 4);
  const sound = (audioCodec: string, sampleRateHz: number, channels: number, skip = 0): OggStream => ({
    sound: { audioCodec, sampleRateHz, channels: Math.min(channels, MOST_CHANNELS) },
    granulesPerSecond: sampleRateHz,
    skip,
    granuleShift: 0,
  });
  if (name.startsWith('\x01vorbis') && packet.length >= 16)
    return sound('vorbis', view.getUint32(12, true), packet[11]!);
  // Opus always counts at 48 kHz (RFC 7845, 4).
  if (name === 'OpusHead' && packet.length >= 12)
    return sound('opus', 48_000, packet[9]!, view.getUint16(10, true));
  if (name === 'Speex   ' && packet.length >= 52)
    return sound('speex', view.getUint32(36, true), view.getUint32(48, true));
  if (name.startsWith('\x7fFLAC') && packet.length >= 51) {
    const { samples, ...info } = readStreamInfo(new DataView(packet.buffer, packet.byteOffset + 17, 34));
    return { sound: info, granulesPerSecond: info.sampleRateHz!, skip: 0, granuleShift: 0 };
  }
  if (packet[0] === 0x80 && name.slice(1, 7) === 'theora' && packet.length >= 42)
    return readTheora(packet, view);
  return undefined;
}

/** Theora Specification, 6.2. */
function readTheora(packet: Uint8Array, view: DataView): OggStream {
  const chroma = [1, 1, 2, 3][(packet[41]! >> 3) & 3]!;
  return {
    video: {
      codec: 'theora',
      width: view.getUint32(13) & 0xffffff,
      height: view.getUint32(16) & 0xffffff,
      bitDepth: 8,
      pixelFormat: pixelFormat({ bitDepth: 8, chroma }),
    },
    granulesPerSecond: view.getUint32(22) / view.getUint32(26),
    skip: 0,
    granuleShift: ((packet[40]! & 3) << 3) | (packet[41]! >> 5),
  };
}
