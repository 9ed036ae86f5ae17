import type { Picture } from './picture.ts';

/** Reads the start-of-frame marker of a JPEG picture (ITU-T T.81, B.2.2), as frames of Motion JPEG have it. */
export function readJpegFrame(frame: Uint8Array): Picture {
  for (let at = 2; at + 19 <= frame.length && frame[at] === 0xff; ) {
    const marker = frame[at + 1]!;
    const length = (frame[at + 2]! << 8) | frame[at + 3]!;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return readFrameHeader(frame.subarray(at + 4));
    if (marker === 0xda || length < 2) return {};
    at += 2 + length;
  }
  return {};
}

function readFrameHeader(header: Uint8Array): Picture {
  const bitDepth = header[0]!;
  const components = header[5]!;
  const [luma, chroma] = [header[7]!, header[10]!];
  const layout: Record<string, string> = { '2,2': '420p', '2,1': '422p', '1,1': '444p', '1,2': '440p' };
  const ratio = `${(luma >> 4) / (chroma >> 4)},${(luma & 15) / (chroma & 15)}`;
  const color = components === 3 && layout[ratio] ? `yuvj${layout[ratio]}` : undefined;
  const pixelFormat = components === 1 ? 'gray' : color;
  return {
    bitDepth,
    height: (header[1]! << 8) | header[2]!,
    width: (header[3]! << 8) | header[4]!,
    ...(pixelFormat && bitDepth === 8 ? { pixelFormat } : {}),
  };
}
