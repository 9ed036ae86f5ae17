// The emulator of a large bucket in a process of its own. Says over IPC where it listens.
import { startS3Volume } from '@mooring/emulators/s3';

const volume = await startS3Volume({ objects: Number(process.argv[2]), shape: 'tree' });
process.once('disconnect', () => process.exit());
process.send?.({ endpoint: volume.endpoint, region: volume.region });
