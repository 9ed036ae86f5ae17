import type { Packet } from './packets.ts';

/** What the packets of one stream hold. */
export interface Elementary {
  /** The beginning of the stream, without the headers of its packets. */
  bytes: Uint8Array;
  /** When its pictures are shown, in ticks of 90 kHz, in the order of the file. */
  times: number[];
}

const MOST_BYTES = 32 * 1024;
/** Times have 33 bits and begin again after 26.5 hours. */
export const TIME_WRAP = 2 ** 33;
export const TICKS_PER_SECOND = 90_000;

/** Joins the payloads of a stream's PES packets (ISO/IEC 13818-1, 2.4.3.6). */
export function readElementary(packets: Iterable<Packet>, wanted: number): Elementary {
  const parts: Uint8Array[] = [];
  const times: number[] = [];
  let length = 0;
  for (const { pid, isStart, payload } of packets) {
    if (pid !== wanted || (length === 0 && !isStart)) continue;
    const headerBytes = isStart && payload.length >= 9 ? 9 + payload[8]! : 0;
    if (isStart) {
      const time = timeIn(payload);
      if (time !== undefined) times.push(time);
    }
    if (length >= MOST_BYTES) continue;
    const part = payload.subarray(headerBytes);
    parts.push(part);
    length += part.length;
  }
  return { bytes: join(parts, length), times };
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function timeIn(pes: Uint8Array): number | undefined {
  const hasTime = pes.length >= 14 && pes[0] === 0 && pes[1] === 0 && pes[2] === 1 && pes[7]! & 0x80;
  if (!hasTime) return undefined;
  const high = (pes[9]! >> 1) & 7;
  const middle = ((pes[10]! << 8) | pes[11]!) >> 1;
  const low = ((pes[12]! << 8) | pes[13]!) >> 1;
  return high * 2 ** 30 + middle * 2 ** 15 + low;
}
