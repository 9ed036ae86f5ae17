import { readText } from '../documents/read-text.ts';
import { textHead } from '../documents/text-head.ts';
import type { Format } from '../format.ts';

/** The words with which lines of a Wavefront OBJ file begin. */
const LINE = /^\s*(?:#.*|(?:v|vn|vt|vp|f|l|p|o|g|s|mtllib|usemtl)(?:\s.*)?|)$/;
const CORNER = /^\s*v(\s+[-+\d.eE]+){3,}/;

/** Wavefront OBJ: text without a header. Corners and faces are counted where it is small. */
export const OBJ: Format = {
  id: 'obj',
  mediaType: 'model/obj',
  kind: 'mesh',
  extensions: ['obj'],
  recognises(head, sizeBytes) {
    const lines = textHead(head, sizeBytes)?.text.slice(0, 8192).split('\n').slice(0, -1) ?? [];
    return lines.every(line => LINE.test(line.trimEnd())) && lines.some(line => CORNER.test(line));
  },
  async read(reader) {
    const { text, isWhole, warnings } = await readText(reader);
    const count = (word: string) =>
      isWhole ? (text.match(new RegExp(`^[ \\t]*${word}[ \\t]`, 'gm'))?.length ?? 0) : null;
    return { facts: { points: count('v'), faces: count('f') }, warnings };
  },
};
