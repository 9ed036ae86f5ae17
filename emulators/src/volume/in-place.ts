import type { Certificates } from '../certificates.ts';
import type { SyntheticOptions } from './synthetic.ts';
import { startVolume } from './volume.ts';

/** Starts the high-volume emulator in the place of Azurite: `startStorage({ emulate: inPlaceOfAzurite({ … }) })`. */
export const inPlaceOfAzurite =
  (containers: Record<string, SyntheticOptions>) =>
  async ({ certificates }: { certificates: Certificates }) => {
    // The front adds the byte order mark.
    const volume = await startVolume({ containers, certificates, byteOrderMark: false });
    return { ...volume, containers: Object.keys(containers) };
  };
