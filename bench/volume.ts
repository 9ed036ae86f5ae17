import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ChangeCounts, ChangeSet, SyntheticOptions, VolumeSettings } from '@mooring/emulators/volume';
import type { VolumeRequest } from './volume-process.ts';

const PROCESS = fileURLToPath(new URL('./volume-process.ts', import.meta.url));

/** Starts the high-volume emulator beside this process, with one container `media`, so that it costs us no time. */
export async function startVolumeBeside(objects: number, shape: SyntheticOptions['shape'] = 'tree') {
  const child = fork(PROCESS, [JSON.stringify({ objects, shape } satisfies SyntheticOptions)]);
  const [{ origin }] = (await once(child, 'message')) as [{ origin: string }];
  const ask = async (request: VolumeRequest) => {
    child.send(request);
    const [answer] = await once(child, 'message');
    return answer as { changes: ChangeCounts | null; cpuSeconds: number };
  };
  return {
    endpoint: `${origin}/acme`,
    async set(settings: Partial<VolumeSettings>): Promise<void> {
      await ask({ settings });
    },
    /** @returns how many objects differ from how the container was first made */
    change: async (change: ChangeSet | null): Promise<ChangeCounts> => (await ask({ change })).changes!,
    /** CPU time that the emulator has used so far. */
    cpuSeconds: async (): Promise<number> => (await ask({})).cpuSeconds,
    async stop(): Promise<void> {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
export type VolumeBeside = Awaited<ReturnType<typeof startVolumeBeside>>;
