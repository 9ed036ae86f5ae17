import { ascii } from '../ascii.ts';
import type { Format } from '../format.ts';
import { malformed } from '../probe-error.ts';
import { elementType } from './element-type.ts';
import { safeShape } from './shape.ts';

/** Longer headers describe types of many fields. */
const MOST_HEADER_BYTES = 64 * 1024;

/** An array of NumPy (numpy.lib.format): its header is a literal of Python. */
export const NPY: Format = {
  id: 'npy',
  mediaType: 'application/x-npy',
  kind: 'array',
  extensions: ['npy'],
  recognises: head => head[0] === 0x93 && ascii(head, 1, 6) === 'NUMPY',
  async read(reader) {
    const start = await reader.view(0, 12);
    // Version 1 has a length of 2 bytes, later ones of 4.
    const isFirst = start.getUint8(6) === 1;
    const length = isFirst ? start.getUint16(8, true) : start.getUint32(8, true);
    if (length > MOST_HEADER_BYTES) throw malformed(`The NumPy header says that it has ${length} bytes.`);
    const header = ascii(await reader.read(isFirst ? 10 : 12, length));
    const shape = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(header)?.[1];
    if (shape === undefined) throw malformed('The NumPy header has no shape.');
    const sizes = shape
      .split(',')
      .map(size => size.trim())
      .filter(size => size !== '');
    return {
      facts: {
        shape: safeShape(sizes.map(size => Number.parseInt(size, 10))),
        ...elementType(/'descr'\s*:\s*'([^']{1,40})'/.exec(header)?.[1]),
      },
    };
  },
};
