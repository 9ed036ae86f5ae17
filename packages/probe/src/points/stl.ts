import { textHead } from '../documents/text-head.ts';
import type { Format } from '../format.ts';

const HEADER_BYTES = 84;
const FACE_BYTES = 50;

/** Binary STL has no mark: its size agrees with the number of triangles that it declares. */
export const STL: Format = {
  id: 'stl',
  mediaType: 'model/stl',
  kind: 'mesh',
  extensions: ['stl'],
  recognises(head, sizeBytes) {
    if (head.length < HEADER_BYTES) return false;
    const faces = facesOf(head);
    return faces > 0 && HEADER_BYTES + faces * FACE_BYTES === sizeBytes;
  },
  read: async reader => ({ facts: { faces: facesOf(await reader.read(0, HEADER_BYTES)) } }),
};

const facesOf = (head: Uint8Array): number => new DataView(head.buffer, head.byteOffset).getUint32(80, true);

/** STL as text, which declares no numbers. */
export const STL_TEXT: Format = {
  ...STL,
  id: 'stl-text',
  recognises: (head, sizeBytes) =>
    /^\s*solid\b[^\n]*\n\s*facet\s+normal\s/.test(textHead(head, sizeBytes)?.text.slice(0, 1024) ?? ''),
  read: async () => ({ facts: {} }),
};
