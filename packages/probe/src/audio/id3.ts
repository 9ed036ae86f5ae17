import type { RangeReader } from '../range-reader.ts';

const HEADER_BYTES = 10;
const HAS_FOOTER = 16;
/** Taggers that do not find the tag of another one put theirs before it. */
const MOST_TAGS = 16;

/** Bytes of the tag that begins here (ID3v2.4, 3.1); 0 where none does. */
function tagBytes(bytes: Uint8Array, at: number): number {
  const isTag = bytes[at] === 0x49 && bytes[at + 1] === 0x44 && bytes[at + 2] === 0x33;
  if (!isTag || at + HEADER_BYTES > bytes.length) return 0;
  let size = 0;
  for (let i = 6; i < HEADER_BYTES; i++) size = size * 128 + (bytes[at + i]! & 127);
  return HEADER_BYTES + size + (bytes[at + 5]! & HAS_FOOTER ? HEADER_BYTES : 0);
}

/** What follows the tags at the beginning of a file; undefined where they reach beyond the head. */
export function afterId3(head: Uint8Array): Uint8Array | undefined {
  let at = 0;
  for (let count = 0; count < MOST_TAGS && at < head.length; count++) {
    const size = tagBytes(head, at);
    if (size === 0) return head.subarray(at);
    at += size;
  }
  return undefined;
}

/** Where the tags at the beginning of a file end. */
export async function endOfId3(reader: RangeReader): Promise<number> {
  let at = 0;
  for (let count = 0; count < MOST_TAGS; count++) {
    const size = tagBytes(await reader.upTo(at, HEADER_BYTES), 0);
    if (size === 0) break;
    at += size;
  }
  return at;
}
