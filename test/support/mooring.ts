import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createAdminToken, type Installation, type Storage, startInstallation } from '@mooring/emulators';
import { createClient, type MooringClient } from '@mooring/sdk';
import { type Cli, createCli } from './cli.ts';
import { stopEmbedded } from './embedded-database.ts';
import { copyMigratedDatabase } from './migrated-database.ts';
import { killNow, workersOf } from './processes.ts';
import { temporaryDirectory } from './temporary.ts';

/** A whole installation as an outsider sees it: processes, an address, a token. */
export interface Mooring {
  url: string;
  /** Of an administrator. */
  token: string;
  client: MooringClient;
  dataDir: string;
  /** A directory for the files of a person, removed with the data. */
  home: string;
  /** The command line of the administrator, with that home. */
  cli: Cli;
  /** Environment variables for another process of the same installation, such as a command or a worker. */
  environment: Record<string, string>;
  /** The link that the first start printed. It has been used. */
  firstSignInLink: string;
  /** The server's process id. */
  pid(): number;
  /** The process ids of the workers that the server runs beside itself. */
  workerPids(): number[];
  /** All that its processes have printed, over all starts. */
  logs(): string;
  /** Another one-time link that signs in as the administrator. */
  createSignInLink(): Promise<string>;
  /** Ends the server at once, as `kill -9` does. Its workers are left to notice. */
  kill(): Promise<void>;
  /** Ends the server and its workers at once. */
  killAll(): Promise<void>;
  /** Stops it in good order, to be started again. */
  halt(): Promise<void>;
  /** Starts it again after `kill` or `halt`, on the same data and at the same address. */
  restart(): Promise<void>;
  /** Stops it in good order and removes its data. */
  stop(): Promise<void>;
}

/** Where the emulators are. */
export const LOOPBACK_ALLOWED = {
  MOORING_STORAGE_NETWORKS: '127.0.0.0/8,::1',
  MOORING_WEBHOOK_NETWORKS: '127.0.0.0/8,::1',
  MOORING_SIGN_IN_NETWORKS: '127.0.0.0/8,::1',
};

/**
 * Starts `mooring serve` with an embedded database in a folder of its own and signs in. Connections may lead to
 * the emulators, whose authority it trusts; where these have real names, through their proxy, and nowhere else.
 * @param settings environment variables that differ: `MOORING_…`, or `DATABASE_URL` for another database.
 */
export async function startMooring(
  storage: Pick<Storage, 'authorityHost' | 'certificates' | 'allowOrigins' | 'proxy'>,
  settings: Record<string, string> = {},
): Promise<Mooring> {
  const directory = await temporaryDirectory('installation');
  const dataDir = join(directory.path, 'data');
  const home = join(directory.path, 'home');
  await mkdir(home);
  const environment = {
    MOORING_CHECK_TIMEOUT_SECONDS: '300',
    ...(storage.proxy
      ? { MOORING_HTTPS_PROXY: storage.proxy.url }
      : { MOORING_AZURE_AUTHORITY_HOST: storage.authorityHost, ...LOOPBACK_ALLOWED }),
    ...settings,
  };
  const { caFile } = storage.certificates;
  const start = (port: string): Promise<Installation> =>
    startInstallation({
      env: process.env,
      dataDir,
      caFile,
      settings: { MOORING_PORT: port, ...environment },
    });

  if (!settings.DATABASE_URL) await copyMigratedDatabase(dataDir);
  let installation = await start('0');
  const earlier: Installation[] = [];
  const { url, signInLink } = installation;
  if (!signInLink) throw new Error('The first start printed no sign-in link.');
  const token = await createAdminToken(signInLink);
  const client = createClient({ baseUrl: url, token });
  await storage.allowOrigins([url]);
  const pid = () => installation.process.pid!;
  return {
    url,
    token,
    client,
    dataDir,
    home,
    cli: createCli(home, { MOORING_URL: url, MOORING_TOKEN: token }),
    environment: { ...environment, MOORING_DATA_DIR: dataDir, NODE_EXTRA_CA_CERTS: caFile },
    firstSignInLink: signInLink,
    pid,
    workerPids: () => workersOf(pid()),
    logs: () => [...earlier, installation].map(one => one.logs()).join(''),
    createSignInLink: async () => (await client.call('createSignInLink')).url,
    kill: () => installation.kill(),
    async killAll() {
      const workers = workersOf(pid());
      const killed = installation.kill();
      workers.forEach(killNow);
      await killed;
    },
    halt: () => installation.stop(),
    async restart() {
      earlier.push(installation);
      installation = await start(new URL(url).port);
    },
    async stop() {
      await installation.stop();
      await stopEmbedded(dataDir); // where the server was killed, its database runs on
      await directory.remove();
    },
  };
}
