import { readJpegFrame } from './jpeg.ts';
import type { Picture } from './picture.ts';

/** Reads the header of a ProRes frame (SMPTE RDD 36, 5.1), after its size and `icpf`. */
const readProRes =
  (bitDepth: number) =>
  (frame: Uint8Array): Picture => {
    if (frame.length < 26) return {};
    const layout = frame[20]! >> 6 === 3 ? '444' : '422';
    const alpha = (frame[25]! & 15) > 0 ? 'a' : '';
    return { bitDepth, pixelFormat: `yuv${alpha}${layout}p${bitDepth}le` };
  };

/** Reads the header of a DNxHD or DNxHR frame (SMPTE ST 2019-1, 7.2). */
function readDnx(frame: Uint8Array): Picture {
  const bitDepth = [undefined, 8, 10, 12][(frame[33] ?? 0) >> 5];
  if (!bitDepth) return {};
  const layout = (frame[44] ?? 0) & 64 ? '444' : '422';
  return { bitDepth, pixelFormat: `yuv${layout}p${bitDepth > 8 ? `${bitDepth}le` : ''}` };
}

/** Sample entries of codecs that say only in each frame how it is made, and what reads that. */
export const FRAME_HEADERS: Readonly<Record<string, (frame: Uint8Array) => Picture>> = {
  jpeg: readJpegFrame,
  mjpa: readJpegFrame,
  mjpb: readJpegFrame,
  'mp4v.6C': readJpegFrame,
  apco: readProRes(10),
  apcs: readProRes(10),
  apcn: readProRes(10),
  apch: readProRes(10),
  ap4h: readProRes(12),
  ap4x: readProRes(12),
  AVdn: readDnx,
  AVdh: readDnx,
};
