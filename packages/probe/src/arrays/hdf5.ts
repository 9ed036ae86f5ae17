import { ascii } from '../ascii.ts';
import type { Format } from '../format.ts';

const SIGNATURE = '\x89HDF\r\n\x1a\n';

/** HDF5: its superblock stands at 0, or after a block of the user's own, at 512, 1024, 2048 and so on (section II.A). */
export const HDF5: Format = {
  id: 'hdf5',
  mediaType: 'application/x-hdf5',
  kind: 'array',
  extensions: ['h5', 'hdf5', 'hdf', 'he5', 'nc', 'nc4', 'mat', 'h5ad', 'loom'],
  recognises(head) {
    for (let at = 0; at < head.length; at = at === 0 ? 512 : at * 2)
      if (ascii(head, at, at + 8) === SIGNATURE) return true;
    return false;
  },
  // Shapes are in a tree of groups that may be anywhere.
  read: async () => ({ facts: {} }),
};
