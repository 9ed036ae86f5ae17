import { readAvcSps } from './avc.ts';
import { readHevcSps } from './hevc.ts';
import type { Picture } from './picture.ts';

const AVC_SPS = 7;
const HEVC_SPS = 33;

/** The first NAL unit of that kind between start codes (ITU-T H.264 and H.265, annex B). */
function findNal(stream: Uint8Array, isWanted: (header: number) => boolean): Uint8Array | undefined {
  let found = -1;
  for (let at = 0; at + 3 < stream.length; at++) {
    if (stream[at] !== 0 || stream[at + 1] !== 0 || stream[at + 2]! > 1) continue;
    if (found >= 0) return stream.subarray(found, at);
    if (stream[at + 2] === 1 && isWanted(stream[at + 3]!)) found = at + 3;
  }
  return found >= 0 ? stream.subarray(found) : undefined;
}

/** Reads the settings of H.264 from its stream; nothing where they are not there. */
export function readAvcStream(stream: Uint8Array): Picture | undefined {
  const sps = findNal(stream, header => (header & 31) === AVC_SPS);
  return sps && readAvcSps(sps);
}

/** Reads the settings of H.265 from its stream; nothing where they are not there. */
export function readHevcStream(stream: Uint8Array): Picture | undefined {
  const sps = findNal(stream, header => ((header >> 1) & 63) === HEVC_SPS);
  return sps && readHevcSps(sps);
}
