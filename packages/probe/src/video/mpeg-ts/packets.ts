/** Packets of a transport stream (ISO/IEC 13818-1, 2.4.3). M2TS puts a time before each, some broadcasts a check behind it. */
export interface Layout {
  /** 188, 192 or 204. */
  packetBytes: number;
  /** Of the first sync byte. */
  offset: number;
}

const SYNC = 0x47;
const PAYLOAD_BYTES = 188;
/** As many sync bytes in their places that no other format has them. */
const SYNCS = 5;
const LAYOUTS: readonly Layout[] = [
  { packetBytes: 188, offset: 0 },
  { packetBytes: 192, offset: 4 },
  { packetBytes: 204, offset: 0 },
];

/** @returns undefined where the bytes are no transport stream */
export function layoutOf(head: Uint8Array): Layout | undefined {
  return LAYOUTS.find(({ packetBytes, offset }) => {
    const count = Math.min(SYNCS, Math.floor((head.length - offset) / packetBytes));
    if (count < 2) return false;
    for (let i = 0; i < count; i++) if (head[offset + i * packetBytes] !== SYNC) return false;
    return true;
  });
}

export interface Packet {
  pid: number;
  /** A table or a PES packet begins here. */
  isStart: boolean;
  payload: Uint8Array;
}

/** @param start of `bytes` in the file, which says where packets begin; what is not in sync is passed over */
export function* packetsIn(
  bytes: Uint8Array,
  start: number,
  { packetBytes, offset }: Layout,
): Generator<Packet> {
  const lead = (packetBytes - ((start - offset) % packetBytes)) % packetBytes;
  for (let at = lead; at + PAYLOAD_BYTES <= bytes.length; at += packetBytes) {
    if (bytes[at] !== SYNC) continue;
    const control = bytes[at + 3]! >> 4;
    if ((control & 1) === 0) continue;
    const adaptation = control & 2 ? 1 + bytes[at + 4]! : 0;
    if (adaptation > PAYLOAD_BYTES - 4) continue;
    yield {
      pid: ((bytes[at + 1]! & 0x1f) << 8) | bytes[at + 2]!,
      isStart: (bytes[at + 1]! & 0x40) !== 0,
      payload: bytes.subarray(at + 4 + adaptation, at + PAYLOAD_BYTES),
    };
  }
}
