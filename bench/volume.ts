import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { VolumeSettings } from '@mooring/emulators/volume';

const PROCESS = fileURLToPath(new URL('./volume-process.ts', import.meta.url));

/** Starts the high-volume emulator beside this process, with one container `media`, so that it costs us no time. */
export async function startVolumeBeside(objects: number) {
  const child = fork(PROCESS, [String(objects)]);
  const [{ origin }] = (await once(child, 'message')) as [{ origin: string }];
  return {
    endpoint: `${origin}/acme`,
    async set(settings: Partial<VolumeSettings>): Promise<void> {
      child.send(settings);
      await once(child, 'message');
    },
    async stop(): Promise<void> {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
