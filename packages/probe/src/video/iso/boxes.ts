import { malformed } from '../../probe-error.ts';
import type { RangeReader } from '../../range-reader.ts';

/** A box of an ISO base media file (ISO/IEC 14496-12, 4.2); QuickTime calls it an atom. */
export interface Box {
  type: string;
  /** Where its header begins, where its content begins, and where it ends. */
  start: number;
  content: number;
  end: number;
}

/** Far more than a movie's index has; stops a file that is made of boxes only. */
const MOST_BOXES = 10_000;
const latin1 = new TextDecoder('latin1');

/** Four bytes as a name, such as `moov`. */
export const fourCc = (bytes: Uint8Array, at: number): string => latin1.decode(bytes.subarray(at, at + 4));

/**
 * Reads the header of one box, which may end beyond `end` where the file is cut off.
 * @returns undefined where fewer than eight bytes are left
 * @throws ProbeError `malformed`
 */
export async function readBox(reader: RangeReader, start: number, end: number): Promise<Box | undefined> {
  const bytes = await reader.upTo(start, Math.min(16, end - start));
  if (bytes.length < 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = fourCc(bytes, 4);
  const size = view.getUint32(0);
  if (size === 0) return { type, start, content: start + 8, end };
  const isLarge = size === 1 && bytes.length === 16;
  const wholeSize = isLarge ? Number(view.getBigUint64(8)) : size;
  const headerSize = isLarge ? 16 : 8;
  if (wholeSize < headerSize || !Number.isSafeInteger(start + wholeSize))
    throw malformed(`The box at byte ${start} says that it has ${wholeSize} bytes.`);
  return { type, start, content: start + headerSize, end: start + wholeSize };
}

/**
 * The boxes inside another one. Its caller goes no deeper than the format allows, so nesting needs no limit.
 * @throws ProbeError `malformed` where one ends beyond its parent
 */
export async function* boxesIn(
  reader: RangeReader,
  { content, end }: { content: number; end: number },
): AsyncGenerator<Box> {
  let count = 0;
  for (let at = content; at + 8 <= end; ) {
    if (++count > MOST_BOXES) throw malformed(`The file has more than ${MOST_BOXES} boxes in one box.`);
    const box = await readBox(reader, at, end);
    if (!box) return;
    if (box.end > end) throw malformed(`The box '${box.type}' at byte ${at} ends beyond the box around it.`);
    yield box;
    at = box.end;
  }
}

/** The first bytes of a box's content, at most `most`. */
export async function contentOf(reader: RangeReader, box: Box, most: number): Promise<DataView> {
  const length = Math.min(box.end - box.content, most);
  return length > 0 ? reader.view(box.content, length) : new DataView(new ArrayBuffer(0));
}

/**
 * Checks that as many rows as a table claims to have fit into its box.
 * @throws ProbeError `malformed`
 */
export function checkRows(box: Box, count: number, rowBytes: number, headerBytes = 8): void {
  if (headerBytes + count * rowBytes > box.end - box.content)
    throw malformed(`The table '${box.type}' says that it has ${count} rows. It has room for fewer.`);
}
