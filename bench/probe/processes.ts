import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Asked } from './range-server.ts';
import type { FileToRead, Round } from './reader-process.ts';
import type { Reader } from './readers/reader.ts';

/** Starts the server of the corpus in a process of its own. */
export async function startRangeServer(folder: string) {
  const script = fileURLToPath(new URL('./range-server.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(child.stdout, 'data');
  const origin = `http://127.0.0.1:${Number(String(port))}`;
  return {
    origin,
    /** How long each request waits for its answer. */
    async setDelay(ms: number): Promise<void> {
      await fetch(`${origin}/-/delay?ms=${ms}`);
    },
    /** What was asked since the last call, by path below the folder. */
    async takeCounts(): Promise<Record<string, Asked>> {
      const counts = (await (await fetch(`${origin}/-/counts`)).json()) as Record<string, Asked>;
      return Object.fromEntries(Object.entries(counts).map(([path, asked]) => [path.slice(1), asked]));
    },
    stop: () => end(child, () => child.kill()),
  };
}

/** Starts one reader in a process of its own. */
export async function startReader(name: string, origin: string) {
  const script = fileURLToPath(new URL('./reader-process.ts', import.meta.url));
  const child = fork(script, [name, origin], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const [{ knows }] = (await once(child, 'message')) as [Pick<Reader, 'knows'>];
  return {
    name,
    knows,
    /**
     * Reads files once.
     * @throws Error where the process ends instead
     */
    async read(files: readonly FileToRead[]): Promise<Round> {
      const stop = new AbortController();
      const ended = once(child, 'exit', stop).then(([code]) => {
        throw new Error(`The reader ${name} has ended with ${code}.`);
      });
      child.send(files.map(({ path, sizeBytes }) => ({ path, sizeBytes })));
      try {
        const [round] = (await Promise.race([once(child, 'message', stop), ended])) as [Round];
        return round;
      } finally {
        stop.abort();
        ended.catch(() => undefined); // It was waited for until the answer came.
      }
    },
    stop: () => end(child, () => child.disconnect()),
  };
}
export type StartedReader = Awaited<ReturnType<typeof startReader>>;
export type RangeServer = Awaited<ReturnType<typeof startRangeServer>>;

async function end(child: ChildProcess, ask: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  ask();
  await exited;
}
