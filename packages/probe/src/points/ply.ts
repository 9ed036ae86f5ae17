import { ascii } from '../ascii.ts';
import type { Format } from '../format.ts';
import { malformed } from '../probe-error.ts';
import { HEAD_BYTES } from '../range-reader.ts';

/** Polygon File Format: a cloud of points, or a mesh where it has faces. */
export const PLY: Format = {
  id: 'ply',
  mediaType: 'application/vnd.ply',
  kind: 'points',
  extensions: ['ply'],
  recognises: head => /^ply\r?\n/.test(ascii(head, 0, 5)),
  async read(reader) {
    const header = ascii(await reader.upTo(0, HEAD_BYTES), 0, HEAD_BYTES).split(/^end_header\b/m, 2);
    if (header.length < 2)
      throw malformed(`The header of the PLY file does not end in its first ${HEAD_BYTES} bytes.`);
    const elements = new Map(
      [...header[0]!.matchAll(/^element\s+(\S+)\s+(\d{1,15})\s*$/gm)].map(([, name, count]) => [
        name,
        Number(count),
      ]),
    );
    const faces = elements.get('face') ?? 0;
    const columns = /^element\s+vertex\b[^\n]*\n((?:(?:property|comment)[^\n]*\n)*)/m.exec(header[0]!)?.[1];
    return {
      facts: {
        kind: faces > 0 ? 'mesh' : 'points',
        points: elements.get('vertex') ?? null,
        faces: faces > 0 ? faces : null,
        brand: /^format\s+(\S+)/m.exec(header[0]!)?.[1]?.slice(0, 40) ?? null,
        columns: columns ? propertiesOf(columns) : null,
      },
    };
  },
};

/** A property is declared by its type and its name. */
const propertiesOf = (declarations: string): string[] =>
  declarations
    .split('\n')
    .filter(line => line.startsWith('property'))
    .slice(0, 100)
    .map(line => line.trim().split(/\s+/).at(-1)!.slice(0, 200));
