import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** What it prints once it takes connections. */
const UP = 'process up';

interface Pooler {
  /** Host and port. */
  address: string;
  stop(): Promise<void>;
}

/**
 * Starts Debian's PgBouncer before one database, as people put it there. It asks for no password.
 * @param database its name, and where it is as PgBouncer wants it: `host=… port=… user=… password='…'`
 * @param settings lines of its section `[pgbouncer]`, such as `pool_mode = transaction`
 */
export async function startPooler(
  database: { name: string; place: string },
  settings: readonly string[],
): Promise<Pooler> {
  const home = await mkdtemp(join(tmpdir(), 'mooring-pooler-'));
  await chmod(home, 0o755);
  const file = join(home, 'pgbouncer.ini');
  const port = await freePort();
  const lines = [
    '[databases]',
    `${database.name} = ${database.place}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    ...settings,
  ];
  await writeFile(file, lines.join('\n'));
  // It refuses to run as root.
  const account = process.getuid?.() === 0 ? ['-u', 'postgres'] : [];
  const program = spawn('/usr/sbin/pgbouncer', [...account, file], {
    cwd: home,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(program, 'close');
  let said = '';
  const isUp = new Promise<void>(resolve => {
    program.stderr.on('data', text => {
      said += text;
      if (said.includes(UP)) resolve();
    });
  });
  await Promise.race([isUp, ended]);
  if (!said.includes(UP)) throw new Error(`PgBouncer ended: ${said}`);
  return {
    address: `127.0.0.1:${port}`,
    async stop() {
      program.kill('SIGKILL');
      await ended;
      await rm(home, { recursive: true });
    },
  };
}
