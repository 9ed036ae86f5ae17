import type { Cli } from './cli.ts';
import { until } from './wait.ts';

/** Starts `mooring serve` as a person would, and waits until it says where it answers. */
export async function startServe(cli: Cli, args: string[], env: Record<string, string> = {}) {
  const started = cli.start(
    ['serve', '--host=127.0.0.1', '--check-timeout-seconds=300', '--drain-seconds=0', ...args],
    { env },
  );
  const url = await until('that mooring serve answers', async () => {
    if (started.ran.code !== null) throw new Error(`mooring serve ended: ${started.ran.stderr}`);
    return /^Mooring answers at (\S+)$/m.exec(started.ran.stdout)?.[1];
  });
  return {
    ...started,
    url,
    /** The link of the first start, if it printed one. */
    signInLink: /^ {2}(\S+\/sign-in#code=\S+)$/m.exec(started.ran.stdout)?.[1] ?? null,
    async stop(): Promise<void> {
      started.signal('SIGTERM');
      await started.end();
    },
  };
}
export type Serve = Awaited<ReturnType<typeof startServe>>;
