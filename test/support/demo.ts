import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createClient, type MooringClient } from '@mooring/sdk';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A demo that runs until it is stopped. */
export interface Demo {
  /** What it printed on stdout when it was ready. */
  report: {
    url: string;
    token: string;
    connectionString: string;
    caFile?: string;
    connection: { id: string };
    sample: { signedUrl: string };
  };
  client: MooringClient;
  /** Asks it to end, as `kill` does. @returns its exit code */
  stop(): Promise<number | null>;
}

/** Starts the demo as `npm run demo -- --json …` does, and waits until it is ready. */
export async function startDemo(...args: string[]): Promise<Demo> {
  const child = spawn('node', ['scripts/run.mjs', 'emulators/src/demo/main.ts', '--json', ...args], {
    cwd: root,
  });
  let printed = '';
  child.stderr.on('data', chunk => {
    printed += chunk;
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(([code]) =>
      Promise.reject(new Error(`The demo ended with ${code}. It printed:\n${printed}`)),
    ),
  ])) as [string];
  const report = JSON.parse(line) as Demo['report'];
  return {
    report,
    client: createClient({ baseUrl: report.url, token: report.token }),
    async stop() {
      child.kill('SIGTERM');
      return (await exited)[0];
    },
  };
}
