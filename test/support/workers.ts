import { startCli } from './cli.ts';

/**
 * Keeps `mooring worker` processes running, as the service manager of a team would: one that ends is started again.
 * @param environment of an installation
 */
export function startWorkers(environment: Record<string, string>, count: number) {
  const running = new Set<ReturnType<typeof startCli>>();
  let printed = '';
  let stopping = false;

  async function keepRunning(): Promise<void> {
    while (!stopping) {
      const worker = startCli(['worker'], environment);
      running.add(worker);
      const { stderr } = await worker.end();
      running.delete(worker);
      printed += stderr;
    }
  }
  const keeping = Array.from({ length: count }, keepRunning);

  return {
    pids: (): number[] => [...running].map(({ pid }) => pid),
    /** All that they have printed. */
    logs: (): string => printed + [...running].map(({ ran }) => ran.stderr).join(''),
    async stop(): Promise<void> {
      stopping = true;
      for (const worker of running) worker.signal('SIGTERM');
      await Promise.all(keeping);
    },
  };
}
export type Workers = ReturnType<typeof startWorkers>;
