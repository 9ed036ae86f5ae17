/** The header of a frame of MPEG audio (ISO/IEC 11172-3, 2.4.1.3; ISO/IEC 13818-3). */
export interface MpegFrame {
  /** `mp1`, `mp2` or `mp3`. */
  audioCodec: string;
  sampleRateHz: number;
  channels: number;
  bitsPerSecond: number;
  frameBytes: number;
  samples: number;
  /** MPEG-1 rather than the lower rates of MPEG-2 and 2.5. */
  isMpeg1: boolean;
}

/** Kilobits a second by version and layer; 0 and 15 are no rates. */
const RATES: Readonly<Record<string, readonly number[]>> = {
  '1,1': [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1,2': [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1,3': [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2,1': [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2,2': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  '2,3': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const SAMPLE_RATES = [44_100, 48_000, 32_000];
/** Versions as the header counts them: 2.5, none, 2, 1. */
const RATE_DIVISORS = [4, 0, 2, 1];

/** @returns undefined where no frame begins */
export function mpegFrameAt(bytes: Uint8Array, at: number): MpegFrame | undefined {
  if (bytes[at] !== 0xff || at + 4 > bytes.length || (bytes[at + 1]! & 0xe0) !== 0xe0) return undefined;
  const divisor = RATE_DIVISORS[(bytes[at + 1]! >> 3) & 3]!;
  const layer = 4 - ((bytes[at + 1]! >> 1) & 3);
  const rate = SAMPLE_RATES[(bytes[at + 2]! >> 2) & 3];
  const isMpeg1 = divisor === 1;
  const kilobits = RATES[`${isMpeg1 ? 1 : 2},${layer}`]?.[bytes[at + 2]! >> 4];
  if (!divisor || layer === 4 || !rate || !kilobits) return undefined;
  const sampleRateHz = rate / divisor;
  const samples = layer === 1 ? 384 : layer === 3 && !isMpeg1 ? 576 : 1152;
  const slotBytes = layer === 1 ? 4 : 1;
  const slots = Math.floor((samples / 8 / slotBytes) * ((kilobits * 1000) / sampleRateHz));
  return {
    audioCodec: `mp${layer}`,
    sampleRateHz,
    channels: bytes[at + 3]! >> 6 === 3 ? 1 : 2,
    bitsPerSecond: kilobits * 1000,
    frameBytes: (slots + ((bytes[at + 2]! >> 1) & 1)) * slotBytes,
    samples,
    isMpeg1,
  };
}

/** The frames that follow each other without a gap from this byte on. */
export function* mpegFramesFrom(bytes: Uint8Array, from: number): Generator<MpegFrame & { at: number }> {
  let first: MpegFrame | undefined;
  for (let at = from; ; ) {
    const frame = mpegFrameAt(bytes, at);
    first ??= frame;
    if (!frame || frame.audioCodec !== first!.audioCodec || frame.sampleRateHz !== first!.sampleRateHz)
      return;
    yield { ...frame, at };
    at += frame.frameBytes;
  }
}

/** As many frames in a row that they are no chance. */
const FRAMES_IN_ROW = 3;

/** The first frame that others follow; at the end of the bytes fewer have to. */
export function findMpegFrame(
  bytes: Uint8Array,
  most = bytes.length,
): (MpegFrame & { at: number }) | undefined {
  for (let at = 0; at < Math.min(most, bytes.length); at++) {
    if (bytes[at] !== 0xff) continue;
    let first: (MpegFrame & { at: number }) | undefined;
    let [count, end] = [0, at];
    for (const frame of mpegFramesFrom(bytes, at)) {
      first ??= frame;
      end = frame.at + frame.frameBytes;
      if (++count === FRAMES_IN_ROW) return first;
    }
    if (first && count > 1 && end + 4 > bytes.length) return first;
  }
  return undefined;
}
