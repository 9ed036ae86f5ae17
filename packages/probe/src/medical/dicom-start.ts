import { ascii } from '../ascii.ts';
import { encodingOf, headerAt } from './dicom-elements.ts';

const PREAMBLE_BYTES = 128;
/** So many elements in order are no accident. */
const ENOUGH_ELEMENTS = 3;

/**
 * Where the first element stands: after preamble and prefix (PS3.10, 7.1), or at 0 in files that have neither; null: no
 * DICOM.
 */
export function firstElementAt(head: Uint8Array, sizeBytes: number): number | null {
  if (ascii(head, PREAMBLE_BYTES, PREAMBLE_BYTES + 4) === 'DICM') return PREAMBLE_BYTES + 4;
  return beginsWithElements(head, sizeBytes) ? 0 : null;
}

/** Elements from group 2 or 8 on, whose tags rise and whose values are of even length and lie within the file. */
function beginsWithElements(head: Uint8Array, sizeBytes: number): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const encoding = encodingOf(head, false);
  let at = 0;
  let before = -1;
  for (let found = 0; found < ENOUGH_ELEMENTS; found++) {
    const header = headerAt(view, at, encoding);
    if (!header || header.tag <= before || header.length < 0 || header.length % 2 === 1) return false;
    const group = header.tag >>> 16;
    if (found === 0 && group !== 2 && group !== 8) return false;
    at += header.bytes + header.length;
    if (at > sizeBytes) return false;
    before = header.tag;
  }
  return true;
}
