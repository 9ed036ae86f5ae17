import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { watchMemory } from '@mooring/emulators';
import type { Longest } from './report-pauses.ts';
import type { Target } from './target.ts';
import type { Seen } from './witness-process.ts';

const WITNESS = fileURLToPath(new URL('./witness-process.ts', import.meta.url));

/** Pauses of the server's event loop, and what went on in the longest. */
export interface Pauses {
  longestMs: number;
  /** The longest piece of work, which does not depend on what else loads the machine. */
  workedMs: number;
  /** Names of attacks. */
  during: string[];
}
const NONE: Pauses = { longestMs: 0, workedMs: 0, during: [] };

/** Watches an installation from outside: its pauses, its memory, and what a second workspace sees of it. */
export async function watch(target: Target) {
  const goingOn = new Set<string>();
  let pauses = NONE;
  const { neighbour, installation } = target;
  const server = installation.process;
  server.on('message', ({ pauseMs, workedMs }: Longest) => {
    const during = workedMs > pauses.workedMs ? [...goingOn] : pauses.during;
    pauses = {
      longestMs: Math.max(pauses.longestMs, pauseMs),
      workedMs: Math.max(pauses.workedMs, workedMs),
      during,
    };
  });
  const memory = watchMemory(server.pid!);
  const witness = fork(WITNESS, [target.url, neighbour.token, neighbour.sourceId], { execArgv: [] });
  await once(witness, 'message');

  return {
    goingOn,
    peakMegabytes: memory.peak,
    heldAtPeak: memory.atPeak,
    /** Those since the last call. */
    takePauses(): Pauses {
      const taken = pauses;
      pauses = NONE;
      return taken;
    },
    /** What the second workspace saw since the last call. */
    async takeSeen(): Promise<Seen> {
      witness.send('more');
      const [seen] = await once(witness, 'message');
      return seen as Seen;
    },
    async stop(): Promise<void> {
      memory.stop();
      const exited = once(witness, 'exit');
      witness.disconnect();
      await exited;
    },
  };
}
