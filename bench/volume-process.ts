// The high-volume emulator in a process of its own, with one container `media`. Says over IPC where it listens;
// settings and changes come the same way, and each is answered with the CPU time used so far.
import {
  type ChangeSet,
  type SyntheticOptions,
  startVolume,
  type VolumeSettings,
} from '@mooring/emulators/volume';

export interface VolumeRequest {
  settings?: Partial<VolumeSettings>;
  /** Null: as first made. */
  change?: ChangeSet | null;
}

const MOST_CACHED = 6e9;

const media = JSON.parse(process.argv[2]!) as SyntheticOptions;
const volume = await startVolume({
  containers: { media },
  cacheBytes: Math.min(media.objects * 1000, MOST_CACHED), // every page, unless there are too many
});
process.once('disconnect', () => process.exit());
process.on('message', ({ settings, change }: VolumeRequest) => {
  Object.assign(volume.settings, settings);
  const changes = change === undefined ? null : volume.change('media', change);
  const { user, system } = process.cpuUsage();
  process.send?.({ changes, cpuSeconds: (user + system) / 1e6 });
});
process.send?.({ origin: volume.origin });
