import type { Packet } from './packets.ts';

/** An elementary stream that the program map names. */
export interface Stream {
  pid: number;
  kind: 'video' | 'audio' | 'other';
  /** As ffmpeg names it. */
  codec: string;
}

/** Stream types of ISO/IEC 13818-1, table 2-34, and those that ATSC and Blu-ray added. */
const TYPES: Readonly<Record<number, [Stream['kind'], string]>> = {
  1: ['video', 'mpeg1video'],
  2: ['video', 'mpeg2video'],
  3: ['audio', 'mp3'],
  4: ['audio', 'mp3'],
  15: ['audio', 'aac'],
  16: ['video', 'mpeg4'],
  17: ['audio', 'aac_latm'],
  27: ['video', 'h264'],
  36: ['video', 'hevc'],
  128: ['audio', 'pcm_bluray'],
  129: ['audio', 'ac3'],
  130: ['audio', 'dts'],
  131: ['audio', 'truehd'],
  132: ['audio', 'eac3'],
  135: ['audio', 'eac3'],
};
/** Descriptors that say what private data is (ETSI EN 300 468, 6.1). */
const DESCRIPTORS: Readonly<Record<number, string>> = { 106: 'ac3', 122: 'eac3', 123: 'dts', 124: 'aac' };
const PRIVATE_DATA = 6;
const REGISTRATION = 5;
const PAT = 0;

/** The streams of the first program, from the packets at the beginning; none where no table names them. */
export function readStreams(packets: readonly Packet[]): Stream[] {
  const pat = packets.find(({ pid, isStart }) => pid === PAT && isStart);
  const pmtPid = pat && readPat(section(pat.payload));
  const pmt = packets.find(({ pid, isStart }) => pid === pmtPid && isStart);
  return pmt ? readPmt(section(pmt.payload)) : [];
}

/** A table begins after a pointer, and ends with a check of four bytes. What does not fit into one packet is left. */
function section(payload: Uint8Array): Uint8Array {
  const table = payload.subarray(1 + (payload[0] ?? 0));
  const length = (((table[1] ?? 0) & 15) << 8) | (table[2] ?? 0);
  return table.subarray(0, Math.max(0, 3 + length - 4));
}

const pidAt = (bytes: Uint8Array, at: number) => ((bytes[at]! & 0x1f) << 8) | bytes[at + 1]!;

function readPat(table: Uint8Array): number | undefined {
  for (let at = 8; at + 4 <= table.length; at += 4) {
    const program = (table[at]! << 8) | table[at + 1]!;
    if (program !== 0) return pidAt(table, at + 2);
  }
  return undefined;
}

function readPmt(table: Uint8Array): Stream[] {
  const streams: Stream[] = [];
  if (table.length < 12) return streams;
  const lengthAt = (at: number) => ((table[at]! & 15) << 8) | table[at + 1]!;
  for (let at = 12 + lengthAt(10); at + 5 <= table.length; at += 5 + lengthAt(at + 3)) {
    const descriptors = table.subarray(at + 5, at + 5 + lengthAt(at + 3));
    const [kind, codec] = typeOf(table[at]!, descriptors);
    streams.push({ pid: pidAt(table, at + 1), kind, codec });
  }
  return streams;
}

function typeOf(type: number, descriptors: Uint8Array): [Stream['kind'], string] {
  const known = TYPES[type];
  if (known || type !== PRIVATE_DATA) return known ?? ['other', ''];
  for (let at = 0; at + 2 <= descriptors.length; at += 2 + descriptors[at + 1]!) {
    const tag = descriptors[at]!;
    if (DESCRIPTORS[tag]) return ['audio', DESCRIPTORS[tag]];
    if (tag !== REGISTRATION) continue;
    const name = new TextDecoder('latin1').decode(descriptors.subarray(at + 2, at + 6));
    if (name === 'Opus') return ['audio', 'opus'];
    if (name === 'AC-3') return ['audio', 'ac3'];
    if (name === 'HEVC') return ['video', 'hevc'];
  }
  return ['other', ''];
}
