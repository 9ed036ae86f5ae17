import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

const LOOK_EVERY_MS = 500; // it takes some milliseconds

/**
 * Watches how much memory a process and those that it starts hold together, but for the database: the sum of their
 * proportional set sizes, in which a page that several of them share counts once (Linux).
 */
export function watchMemory(root: number) {
  let peak = 0;
  let atPeak: string[] = [];
  const look = async (): Promise<void> => {
    const held: [name: string, megabytes: number][] = [];
    for (const pid of await processesUnder(root)) {
      const [rollup, title] = await Promise.all(['smaps_rollup', 'cmdline'].map(name => read(pid, name)));
      held.push([nameOf(title!), Number(/^Pss:\s+(\d+) kB/m.exec(rollup!)?.[1] ?? 0) / 1024]);
    }
    const sum = held.reduce((all, [, megabytes]) => all + megabytes, 0);
    if (sum <= peak) return;
    peak = sum;
    atPeak = held.map(([name, megabytes]) => `${name}: ${Math.round(megabytes)} MB`);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    /** The most so far, in megabytes. */
    async peak(): Promise<number> {
      await look();
      return peak;
    },
    /** What each process held when it was most. */
    atPeak: (): readonly string[] => atPeak,
    stop: () => clearInterval(timer),
  };
}

/** A process and those below it, but for PostgreSQL's. */
async function processesUnder(pid: number): Promise<number[]> {
  if ((await read(pid, 'comm')).trim() === 'postgres') return [];
  const children = (await read(pid, `task/${pid}/children`)).split(' ').filter(Boolean);
  return [pid, ...(await Promise.all(children.map(child => processesUnder(Number(child))))).flat()];
}

/** Nothing of a process that has just ended. */
const read = (pid: number, name: string): Promise<string> =>
  readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');

/** The script that it runs, or the title that it gave itself. */
const nameOf = (commandLine: string): string => {
  const words = commandLine.split('\0').filter(Boolean);
  const script = words.findLast(word => /\.[jt]s$/.test(word));
  return script ? basename(script) : words.join(' ').slice(0, 60);
};
