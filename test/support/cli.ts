import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

/** What a command left behind. */
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the command line as a process of its own, without a terminal. */
export function startCli(args: string[], environment: Record<string, string>) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [ENTRY, ...args], { env: { PATH, ...environment } });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const exit = once(child, 'exit');
  return {
    child,
    /** Waits until it has ended. */
    async end(): Promise<Ran> {
      const [[code], [stdout, stderr]] = await Promise.all([exit, output]);
      return { code, stdout, stderr };
    },
  };
}

/**
 * The command line of somebody who has nothing but a home directory.
 * @param home holds what `mooring sign-in` keeps
 * @param heard is called with all that a command prints
 */
export function createCli(
  home: string,
  environment: Record<string, string> = {},
  heard?: (ran: Ran) => void,
) {
  const run = async (
    args: string[],
    { env = {}, stdin = '' }: { env?: Record<string, string>; stdin?: string } = {},
  ): Promise<Ran> => {
    const started = startCli(args, { HOME: home, ...environment, ...env });
    started.child.stdin.end(stdin);
    const ran = await started.end();
    heard?.(ran);
    return ran;
  };
  return {
    run,
    /** Runs it with `--json`, and reads what it found. @throws Error where it fails */
    async json<T>(
      args: string[],
      options: { env?: Record<string, string>; stdin?: string } = {},
    ): Promise<T> {
      const { code, stdout, stderr } = await run([...args, '--json'], options);
      if (code !== 0) throw new Error(`mooring ${args.join(' ')} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout) as T;
    },
  };
}
export type Cli = ReturnType<typeof createCli>;
