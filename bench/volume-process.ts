// The high-volume emulator in a process of its own. Says over IPC where it listens; takes settings the same way.
import { startVolume, type VolumeSettings } from '@mooring/emulators/volume';

const objects = Number(process.argv[2]);
const volume = await startVolume({
  containers: { media: { objects, shape: 'tree' } },
  cacheBytes: objects * 1000, // every page in both formats
});
process.once('disconnect', () => process.exit());
process.on('message', (settings: Partial<VolumeSettings>) => {
  Object.assign(volume.settings, settings);
  process.send?.({ changed: true });
});
process.send?.({ origin: volume.origin });
