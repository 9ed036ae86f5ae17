import type { Operation } from '@mooring/contract';
import { MooringApiError, type MooringClient } from '@mooring/sdk';
import type { KillableDatabase } from './killable-database.ts';
import type { Mooring } from './mooring.ts';
import { childrenOf, killNow } from './processes.ts';
import { until } from './wait.ts';
import type { Workers } from './workers.ts';

/** What is killed at once: so many workers, the server with its worker, the database server, or a process of it. */
export type Strike =
  | { workers: number }
  | 'the server'
  | 'the database'
  | 'the database and all its processes'
  | 'one process of the database';

export interface Kills {
  workers: number;
  databases: number;
  servers: number;
}

/** Strikes in a random order that make so many kills. Now and then one process of the database is killed besides. */
export function planStrikes(kills: Kills, workersAtOnce: number, random: () => number): Strike[] {
  const strikes: Strike[] = Array.from({ length: kills.servers }, () => 'the server');
  for (let index = 0; index < kills.databases; index++) {
    strikes.push(random() < 0.5 ? 'the database' : 'the database and all its processes');
    if (random() < 0.25) strikes.push('one process of the database');
  }
  for (let left = kills.workers; left > 0; ) {
    const workers = Math.min(left, 1 + Math.floor(random() * workersAtOnce));
    strikes.push({ workers });
    left -= workers;
  }
  for (let index = strikes.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [strikes[index], strikes[other]] = [strikes[other]!, strikes[index]!];
  }
  return strikes;
}

/** What strikes hit. */
export interface Targets {
  mooring: Mooring;
  /** Beside the installation's own. */
  workers: Pick<Workers, 'pids' | 'logs'>;
  database: KillableDatabase;
}

/** Kills, once there is so much to kill, and starts again what does not restart by itself. @returns when it killed */
export async function carryOut(strike: Strike, targets: Targets, random: () => number): Promise<number> {
  const { mooring, database } = targets;
  if (typeof strike === 'object') {
    const ready = await until(`that ${strike.workers} workers are ready`, async () => {
      const pids = readyWorkers(targets);
      return pids.length >= strike.workers && pids;
    });
    const struckAt = performance.now();
    for (let left = strike.workers; left > 0; left--)
      killNow(ready.splice(Math.floor(random() * ready.length), 1)[0]!);
    return struckAt;
  }
  if (strike === 'the server') {
    const struckAt = performance.now();
    await mooring.killAll();
    await mooring.restart();
    return struckAt;
  }
  const pid = await until('that the database runs', () => database.pid(mooring));
  const children = childrenOf(pid);
  const struckAt = performance.now();
  if (strike === 'one process of the database') {
    killNow(children[Math.floor(random() * children.length)]!);
    return struckAt;
  }
  killNow(pid);
  if (strike === 'the database and all its processes') children.forEach(killNow);
  await database.revive();
  return struckAt;
}

/** How it is with an operation, as soon as the server can say; while the database is away it says so. */
export const lookAt = (client: MooringClient, { id: operationId }: Operation): Promise<Operation> =>
  until(`an answer about ${operationId}`, () =>
    client.call('getOperation', { params: { operationId } }).catch(error => {
      if (error instanceof MooringApiError && error.code === 'unavailable') return null;
      throw error;
    }),
  );

/** What a worker says in its log once it can be given work. */
const READY = 'waiting for operations';

function readyWorkers({ mooring, workers }: Targets): number[] {
  const said = mooring.logs() + workers.logs();
  return [...mooring.workerPids(), ...workers.pids()].filter(pid =>
    said.includes(`"pid":${pid},"msg":"${READY}"`),
  );
}

/** What processes said that ended by themselves. One that was not ready yet may: it needs the database to start. */
export function crashes({ mooring, workers }: Targets): object[] {
  const lines = (mooring.logs() + workers.logs())
    .split('\n')
    .filter(line => line.startsWith('{') && line.endsWith('}'))
    .map(line => JSON.parse(line) as { level?: string; pid?: number; msg?: string });
  const ready = new Set(lines.filter(({ msg }) => msg === READY || msg === 'serving').map(({ pid }) => pid));
  return lines.filter(({ level, pid }) => level === 'fatal' && ready.has(pid));
}
