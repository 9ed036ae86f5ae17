import { ascii } from '../ascii.ts';
import type { Format } from '../format.ts';
import { HEAD_BYTES } from '../range-reader.ts';

const OFFICE = 'application/vnd.openxmlformats-officedocument';
/** By the folder in which an Office document has its parts. */
const OFFICE_TYPES = [
  { folder: 'xl/', mediaType: `${OFFICE}.spreadsheetml.sheet`, kind: 'table' },
  { folder: 'word/', mediaType: `${OFFICE}.wordprocessingml.document`, kind: 'other' },
  { folder: 'ppt/', mediaType: `${OFFICE}.presentationml.presentation`, kind: 'other' },
] as const;
/** Names are looked for here only: the directory of an archive is at its end, and nothing else is read. */
const MOST_NAMES = 1000;

/** Archives, and documents that are archives. */
export const ZIP: Format = {
  id: 'zip',
  mediaType: 'application/zip',
  kind: 'other',
  extensions: ['zip', 'xlsx', 'docx', 'pptx', 'npz', 'epub', 'odt', 'ods', 'odp'],
  recognises: head =>
    head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5) && head[3] === head[2] + 1,
  async read(reader) {
    const head = await reader.upTo(0, HEAD_BYTES);
    const names = namesIn(head);
    const mediaType = names[0] === 'mimetype' ? declaredType(head) : null;
    if (mediaType)
      return { facts: { mediaType, kind: mediaType.endsWith('.spreadsheet') ? 'table' : 'other' } };
    if (names.length > 0 && names.every(name => name.endsWith('.npy')))
      return { facts: { mediaType: 'application/x-npz', kind: 'array' } };
    const office = OFFICE_TYPES.find(({ folder }) => names.some(name => name.startsWith(folder)));
    return { facts: office ? { mediaType: office.mediaType, kind: office.kind } : {} };
  },
};

/** The content of a first entry `mimetype`, as OpenDocument and EPUB have it: not compressed. */
function declaredType(head: Uint8Array): string | null {
  const length = new DataView(head.buffer, head.byteOffset).getUint32(18, true);
  const type = ascii(head, 38, 38 + Math.min(length, 100));
  return /^application\/[\w.+-]+$/.test(type) ? type : null;
}

/** Of the entries that begin in the head. */
function namesIn(head: Uint8Array): string[] {
  const names: string[] = [];
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let at = head.indexOf(0x50);
  for (; at >= 0 && at + 30 <= head.length && names.length < MOST_NAMES; at = head.indexOf(0x50, at + 1)) {
    if (view.getUint32(at, true) !== 0x04034b50) continue;
    const length = view.getUint16(at + 26, true);
    if (length <= 1024) names.push(ascii(head, at + 30, at + 30 + length));
  }
  return names;
}
