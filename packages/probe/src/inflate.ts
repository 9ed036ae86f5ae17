import { Gunzip, Inflate, Unzlib } from 'fflate';
import { malformed } from './probe-error.ts';

const STREAMS = { gzip: Gunzip, zlib: Unzlib, raw: Inflate };

/** A byte of deflate makes at most 1,032 bytes, so one piece makes little more than half a megabyte. */
const PIECE_BYTES = 512;

/**
 * The beginning of compressed bytes: at most `most` bytes of it, fewer where the input ends before. What a bomb would
 * make beyond that is never made.
 * @throws ProbeError `malformed`
 */
export function inflateStart(
  compressed: Uint8Array,
  wrapper: keyof typeof STREAMS,
  most: number,
): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = new STREAMS[wrapper](part => {
    parts.push(part);
    length += part.length;
  });
  try {
    for (let at = 0; at < compressed.length && length < most; at += PIECE_BYTES)
      stream.push(compressed.subarray(at, at + PIECE_BYTES));
  } catch (error) {
    if (length === 0) throw malformed(`The compressed bytes cannot be read: ${String(error)}.`);
  }
  const all = new Uint8Array(Math.min(length, most));
  let at = 0;
  for (const part of parts) {
    all.set(part.subarray(0, all.length - at), at);
    at += part.length;
    if (at >= all.length) break;
  }
  return all;
}
