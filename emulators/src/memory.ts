import { readFile } from 'node:fs/promises';

const LOOK_EVERY_MS = 500; // it takes some milliseconds

/**
 * Watches how much memory a process and those that it starts hold together, but for the database: the sum of their
 * proportional set sizes, in which a page that several of them share counts once (Linux).
 */
export function watchMemory(root: number) {
  let peak = 0;
  const look = async (): Promise<void> => {
    let sum = 0;
    for (const pid of await processesUnder(root)) {
      const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => ''); // it has just ended
      sum += Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024;
    }
    peak = Math.max(peak, sum);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    /** The most so far, in megabytes. */
    async peak(): Promise<number> {
      await look();
      return peak;
    },
    stop: () => clearInterval(timer),
  };
}

/** A process and those below it, but for PostgreSQL's. */
async function processesUnder(pid: number): Promise<number[]> {
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => ''); // it has just ended
  if ((await read('comm')).trim() === 'postgres') return [];
  const children = (await read(`task/${pid}/children`)).split(' ').filter(Boolean);
  return [pid, ...(await Promise.all(children.map(child => processesUnder(Number(child))))).flat()];
}
