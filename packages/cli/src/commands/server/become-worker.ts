import { WORKER_FLAGS } from '@mooring/server/worker-flags';

/**
 * Gives this process the memory settings of a worker: it starts anew in its own place, under the same process id.
 * See https://nodejs.org/api/process.html#processexecvefile-args-env
 */
export function becomeWorker(env: NodeJS.ProcessEnv): void {
  if (WORKER_FLAGS.every(flag => process.execArgv.includes(flag)) || !process.execve) return;
  const args = [process.execPath, ...process.execArgv, ...WORKER_FLAGS, ...process.argv.slice(1)];
  process.execve(process.execPath, args, env);
}
