import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../platform/log.ts';
import type { Running } from './lifetime.ts';
import { WORKER_FLAGS } from './worker-flags.ts';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;
const STOP_WITHIN_MS = 8_000;

/**
 * Keeps processes running: one that ends is started again; at once when it had said that it is ready, else after a
 * while that grows each time. They end with this process, however that ends: the channel between them closes.
 *
 * @param entry the file that each of them runs; it sends any message when it is ready
 * @param message what each is sent first
 */
export function supervise({
  count,
  entry,
  message,
  log,
}: {
  count: number;
  entry: URL;
  message: object;
  log: Logger;
}): Running {
  const stopping = new AbortController();
  const children = new Set<ChildProcess>();

  async function keepRunning(): Promise<void> {
    let wait = FIRST_WAIT_MS;
    while (!stopping.signal.aborted) {
      const child = fork(entry, { execArgv: [...process.execArgv, ...WORKER_FLAGS] });
      children.add(child);
      const end = endOf(child);
      child.send(message, () => {}); // where that fails, the child has ended
      child.once('message', () => {
        wait = FIRST_WAIT_MS;
      });
      log.info({ childPid: child.pid }, 'started a worker process');
      const why = await end;
      children.delete(child);
      if (stopping.signal.aborted) return;
      log.error({ childPid: child.pid, ...why, waitMs: wait }, 'a worker process ended; starting another');
      await pause(wait, undefined, { signal: stopping.signal }).catch(() => {}); // stopping
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }

  const keeping = Array.from({ length: count }, keepRunning);

  return {
    async stop() {
      stopping.abort();
      for (const child of children) child.kill('SIGTERM');
      const kill = setTimeout(() => {
        for (const child of children) child.kill('SIGKILL');
      }, STOP_WITHIN_MS);
      await Promise.all(keeping);
      clearTimeout(kill);
    },
  };
}

/** How a process ended, or why it never started. */
const endOf = (child: ChildProcess): Promise<object> =>
  new Promise(resolve => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.on('error', error => {
      if (child.pid === undefined) resolve({ err: error });
    });
  });
