import { ascii } from '../ascii.ts';
import type { Format } from '../format.ts';
import { malformed } from '../probe-error.ts';

/** ASPRS LAS 1.0 to 1.4, and LAZ, which is LAS with its points compressed. */
export const LAS: Format = {
  id: 'las',
  mediaType: 'application/vnd.las',
  kind: 'points',
  extensions: ['las', 'laz'],
  recognises: head => ascii(head, 0, 4) === 'LASF' && head[24] === 1,
  async read(reader) {
    const view = await reader.view(0, 227);
    const version = `1.${view.getUint8(25)}`;
    // Versions from 1.4 on count in 64 bits; the older field may be 0 there.
    const isLong = view.getUint8(25) >= 4 && view.getUint16(94, true) >= 375;
    const points = isLong
      ? Number((await reader.view(247, 8)).getBigUint64(0, true))
      : view.getUint32(107, true);
    if (!Number.isSafeInteger(points))
      throw malformed(`The header says that the cloud has ${points} points.`);
    // LASzip marks a compressed file by the highest bit of the point format.
    const isCompressed = (view.getUint8(104) & 128) !== 0;
    return {
      facts: {
        points,
        brand: version,
        mediaType: isCompressed ? 'application/vnd.laszip' : 'application/vnd.las',
      },
    };
  },
};
