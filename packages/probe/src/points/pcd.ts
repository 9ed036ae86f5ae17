import { ascii } from '../ascii.ts';
import type { Format } from '../format.ts';
import { malformed } from '../probe-error.ts';

const HEADER_BYTES = 8192;

/** Point Cloud Data of the Point Cloud Library: a header of lines, each a word and its values. */
export const PCD: Format = {
  id: 'pcd',
  mediaType: 'application/vnd.pcd',
  kind: 'points',
  extensions: ['pcd'],
  recognises: head => /^(#[^\n]*\n|\s)*VERSION\s+\.?\d/.test(ascii(head, 0, 1024)),
  async read(reader) {
    const header = ascii(await reader.upTo(0, HEADER_BYTES));
    const line = (word: string) => new RegExp(`^${word}[ \\t]+([^\\r\\n]*)`, 'm').exec(header)?.[1]?.trim();
    const number = (word: string) => (/^\d{1,15}$/.test(line(word) ?? '') ? Number(line(word)) : null);
    const [width, height] = [number('WIDTH'), number('HEIGHT')];
    const points = number('POINTS') ?? (width === null || height === null ? null : width * height);
    if (points === null) throw malformed('The header of the PCD file does not say how many points it has.');
    return {
      facts: {
        points,
        columns: line('FIELDS')?.split(/\s+/).slice(0, 100) ?? null,
        brand: line('VERSION')?.slice(0, 20) ?? null,
        codec: line('DATA')?.slice(0, 40) ?? null,
      },
    };
  },
};
