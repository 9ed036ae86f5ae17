import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

/** What a command has printed, and how it ended: null while it runs. */
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The Node.js and the file that it runs. */
export interface Program {
  node: string;
  entry: string;
}

export const FROM_SOURCE: Program = { node: process.execPath, entry: ENTRY };

/** Starts a command line as a process of its own, without a terminal. */
export function startCli(
  args: string[],
  environment: Record<string, string>,
  stdin: string | Buffer = '',
  { node, entry }: Program = FROM_SOURCE,
) {
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, ...environment };
  const child = spawn(node, [entry, ...args], { env });
  const ran: Ran = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', chunk => {
    ran.stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', chunk => {
    ran.stderr += chunk;
  });
  const closed = once(child, 'close').then(([code]) => {
    ran.code = code;
    return ran;
  });
  child.stdin.on('error', () => {}); // it did not want to read
  child.stdin.end(stdin);
  return {
    /** As far as it is. */
    ran: ran as Readonly<Ran>,
    pid: child.pid!,
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    /** Waits until it has ended. */
    end: (): Promise<Ran> => closed,
  };
}
export type StartedCli = ReturnType<typeof startCli>;

interface RunOptions {
  env?: Record<string, string>;
  stdin?: string | Buffer;
}

/**
 * The command line of a person who has only a home directory.
 * @param home holds what `mooring sign-in` keeps
 * @param heard is called with all that a command printed
 */
export function createCli(
  home: string,
  environment: Record<string, string> = {},
  heard?: (ran: Ran) => void,
  program?: Program,
) {
  const start = (args: string[], { env = {}, stdin }: RunOptions = {}): StartedCli =>
    startCli(args, { HOME: home, ...environment, ...env }, stdin, program);
  const run = async (args: string[], options?: RunOptions): Promise<Ran> => {
    const ran = await start(args, options).end();
    heard?.(ran);
    return ran;
  };
  return {
    start,
    run,
    /** Runs it with `--json`, and reads what it found. @throws Error where it fails */
    async json<T>(args: string[], options?: RunOptions): Promise<T> {
      const { code, stdout, stderr } = await run([...args, '--json'], options);
      if (code !== 0) throw new Error(`mooring ${args.join(' ')} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout) as T;
    },
  };
}
export type Cli = ReturnType<typeof createCli>;
