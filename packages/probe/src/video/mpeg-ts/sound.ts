import { findAdts } from '../../audio/adts-frame.ts';
import { findMpegFrame } from '../../audio/mpeg-frame.ts';

interface StreamSound {
  audioCodec: string;
  sampleRateHz: number | null;
  channels: number | null;
}

/** ETSI TS 102 366, 4.4.1 and 5.4.2. */
const AC3_RATES = [48_000, 44_100, 32_000];
const AC3_CHANNELS = [2, 1, 2, 3, 3, 4, 4, 5];

const FRAMES: Readonly<Record<string, (bytes: Uint8Array) => StreamSound | undefined>> = {
  aac: findAdts,
  mp3: findMpegFrame,
  ac3: findAc3,
};

/** What the frames of a stream of sound say; only the codec where they are of another kind. */
export function soundIn(codec: string, bytes: Uint8Array): StreamSound {
  const find = FRAMES[codec];
  const { audioCodec = codec, sampleRateHz = null, channels = null } = find?.(bytes) ?? {};
  return { audioCodec, sampleRateHz, channels };
}

function findAc3(bytes: Uint8Array): StreamSound | undefined {
  for (let at = 0; at + 8 <= bytes.length; at++) {
    if (bytes[at] !== 0x0b || bytes[at + 1] !== 0x77) continue;
    const mode = bytes[at + 6]! >> 5;
    const mixBits = (mode & 1 && mode !== 1 ? 2 : 0) + (mode & 4 ? 2 : 0) + (mode === 2 ? 2 : 0);
    const lowFrequency = (((bytes[at + 6]! << 8) | bytes[at + 7]!) >> (12 - mixBits)) & 1;
    return {
      audioCodec: 'ac3',
      sampleRateHz: AC3_RATES[bytes[at + 4]! >> 6] ?? null,
      channels: AC3_CHANNELS[mode]! + lowFrequency,
    };
  }
  return undefined;
}
