import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { MooringError } from '../problem.ts';
import { type Cluster, connectionTo, type Started, start } from './cluster.ts';
import { isServerOf, removeStaleLocks, serverPid } from './server-pid.ts';
import { startFailure } from './start-failure.ts';

const POLL_MS = 10;
const ANSWER_WITHIN_MS = 10_000;
const SILENT_FOR_MS = 30_000;

// Another process is starting the server, or what a killed one left behind is still ending.
const HELD_BY_ANOTHER = /lock file ".*" (already exists|is empty)|pre-existing shared memory block/;
// It did start, and the last process that used it ended it before this one came in.
const ENDED_BY_ANOTHER = /received (smart|fast|immediate) shutdown request/;

/**
 * Connects to the server of a cluster, and starts it where none is running. Any number of processes may do so at once.
 * Waits for as long as a server says that it is starting, recovering from a crash, or ending.
 *
 * @param settings of the server, where it is this call that starts it
 * @throws MooringError `unavailable` with the reason why the server does not start or answer
 */
export async function adoptOrStart(
  cluster: Cluster,
  settings: Record<string, string>,
  log: Logger,
): Promise<pg.Client> {
  const began = Date.now();
  let heardAt = began;
  let started: Started | null = null;

  while (Date.now() - heardAt < SILENT_FOR_MS) {
    const answer = await tryConnect(cluster);
    if (answer instanceof pg.Client) {
      const facts = { pid: await serverPid(cluster.directory), durationMs: Date.now() - began };
      log.info(facts, started ? 'started the embedded database' : 'the embedded database is running already');
      return answer;
    }
    if (answer === 'busy') heardAt = Date.now();

    if (started?.hasEnded()) {
      const said = await started.said();
      const mayStart = HELD_BY_ANOTHER.test(said) || ENDED_BY_ANOTHER.test(said);
      if (!mayStart) throw await startFailure(cluster, said);
      started = null;
    }
    if (answer === 'absent' && !started && !(await isHeld(cluster.directory))) {
      started = await start(cluster, settings);
    }
    await pause(POLL_MS);
  }
  const pid = await serverPid(cluster.directory);
  throw new MooringError(
    'unavailable',
    `The database server with the process id ${pid} holds ${cluster.directory} and has not answered for ${SILENT_FOR_MS / 1000} seconds.`,
    {
      fix: `Read ${cluster.logFile}. If the server hangs, end it and its child processes: kill -QUIT ${pid}`,
    },
  );
}

/** Whether a server holds the data directory. What a server left that is gone is cleared away. */
async function isHeld(directory: string): Promise<boolean> {
  const pid = await serverPid(directory);
  if (pid !== null && (await isServerOf(directory, pid))) return true;
  await removeStaleLocks(directory);
  return false;
}

/** `absent`: nothing listens. `busy`: a server listens, and accepts no connection now. */
async function tryConnect(cluster: Cluster): Promise<pg.Client | 'absent' | 'busy'> {
  const client = new pg.Client({ ...connectionTo(cluster), connectionTimeoutMillis: ANSWER_WITHIN_MS });
  client.on('error', () => {}); // comes with 'end', which the holder of the client listens to
  try {
    await client.connect();
    return client;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'absent';
    if (isEnding(error)) return 'busy';
    throw new MooringError('unavailable', `The database server of ${cluster.directory} refuses: ${message}`, {
      fix: `Read ${cluster.logFile}.`,
      cause: error,
    });
  }
}

/** @throws MooringError `unavailable` where its server refuses for another reason than that it starts or ends */
export async function takesConnections(cluster: Cluster): Promise<boolean> {
  const client = await tryConnect(cluster);
  if (typeof client === 'string') return false;
  await client.end();
  return true;
}

/** Whether an error of a connection means that its server is starting, ending or gone. */
export function isEnding(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith('57P0') || code === 'ECONNRESET' || code === 'EPIPE') return true;
  return /^Connection terminated|not queryable$/.test(message);
}
