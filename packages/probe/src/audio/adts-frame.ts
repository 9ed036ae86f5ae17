import { aacChannels, aacRate } from './aac.ts';

/** The header of a frame of AAC in a stream (ISO/IEC 13818-7, 6.2). */
export interface AdtsFrame {
  audioCodec: string;
  sampleRateHz: number;
  channels: number | null;
  frameBytes: number;
}

export const SAMPLES_PER_FRAME = 1024;
/** As many frames in a row that they are no chance. */
const FRAMES_IN_ROW = 3;

function adtsFrameAt(bytes: Uint8Array, at: number): AdtsFrame | undefined {
  if (at + 7 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xf6) !== 0xf0) return undefined;
  const sampleRateHz = aacRate((bytes[at + 2]! >> 2) & 15);
  const configuration = ((bytes[at + 2]! & 1) << 2) | (bytes[at + 3]! >> 6);
  const frameBytes = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5);
  if (!sampleRateHz || frameBytes < 7) return undefined;
  return { audioCodec: 'aac', sampleRateHz, channels: aacChannels(configuration) ?? null, frameBytes };
}

/** The frames that follow each other without a gap from this byte on. */
export function* adtsFramesFrom(bytes: Uint8Array, from: number): Generator<AdtsFrame & { at: number }> {
  let rate: number | undefined;
  for (let at = from; ; ) {
    const frame = adtsFrameAt(bytes, at);
    rate ??= frame?.sampleRateHz;
    if (!frame || frame.sampleRateHz !== rate) return;
    yield { ...frame, at };
    at += frame.frameBytes;
  }
}

/** The first frame that others follow; at the end of the bytes fewer have to. */
export function findAdts(bytes: Uint8Array, most = bytes.length): (AdtsFrame & { at: number }) | undefined {
  for (let at = 0; at < Math.min(most, bytes.length); at++) {
    if (bytes[at] !== 0xff) continue;
    let first: (AdtsFrame & { at: number }) | undefined;
    let [count, end] = [0, at];
    for (const frame of adtsFramesFrom(bytes, at)) {
      first ??= frame;
      end = frame.at + frame.frameBytes;
      if (++count === FRAMES_IN_ROW) return first;
    }
    if (first && count > 1 && end + 7 > bytes.length) return first;
  }
  return undefined;
}
