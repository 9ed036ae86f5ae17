import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { isAlive } from './processes.ts';

/** Connects to the database that an installation brings, past the installation. */
export async function connectToEmbedded(dataDir: string): Promise<pg.Client> {
  const client = new pg.Client({ host: join(dataDir, 'postgres'), user: 'mooring', database: 'postgres' });
  await client.connect();
  return client;
}

/** The process id of the embedded database's server; null while none runs. */
export async function embeddedPid(dataDir: string): Promise<number | null> {
  const text = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(error => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const pid = Number.parseInt(text, 10);
  return pid > 0 && isAlive(pid) ? pid : null;
}

/** Ends the server that was left running by killing the installation, and waits until it has ended. */
export async function stopEmbedded(dataDir: string): Promise<void> {
  const pid = await embeddedPid(dataDir);
  if (pid === null) return;
  process.kill(pid, 'SIGINT');
  while (isAlive(pid)) await pause(20);
}
