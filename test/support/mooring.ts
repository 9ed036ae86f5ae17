import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdminToken, type Installation, type Storage, startInstallation } from '@mooring/emulators';
import { createClient, type MooringClient } from '@mooring/sdk';

/** A whole installation as somebody outside sees it: processes, an address, a token. */
export interface Mooring {
  url: string;
  /** Of an administrator. */
  token: string;
  client: MooringClient;
  dataDir: string;
  /** The server's process id. */
  pid(): number;
  /** All that its processes have printed, over all starts. */
  logs(): string;
  /** Another one-time link that signs in as the administrator. */
  createSignInLink(): Promise<string>;
  /** Ends the server at once, as `kill -9` does. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same data and at the same address. */
  restart(): Promise<void>;
  /** Stops it in good order and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts `mooring serve` with an embedded database in a folder of its own and signs in. Connections may lead to
 * the emulators, whose authority it trusts.
 * @param settings environment variables that differ: `MOORING_…`, or `DATABASE_URL` for another database.
 */
export async function startMooring(
  storage: Storage,
  settings: Record<string, string> = {},
): Promise<Mooring> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mooring-acceptance-'));
  const start = (port: string): Promise<Installation> =>
    startInstallation({
      env: process.env,
      dataDir,
      caFile: storage.certificates.caFile,
      settings: {
        MOORING_AZURE_AUTHORITY_HOST: storage.authorityHost,
        MOORING_ALLOW_PRIVATE_ENDPOINTS: 'true',
        MOORING_PORT: port,
        ...settings,
      },
    });

  let installation = await start('0');
  let earlierLogs = '';
  const { url } = installation;
  if (!installation.signInLink) throw new Error('The first start printed no sign-in link.');
  const token = await createAdminToken(installation.signInLink);
  const client = createClient({ baseUrl: url, token });
  await storage.allowOrigins([url]);
  return {
    url,
    token,
    client,
    dataDir,
    pid: () => installation.process.pid!,
    logs: () => earlierLogs + installation.logs(),
    createSignInLink: async () => (await client.call('createSignInLink')).url,
    kill: () => installation.kill(),
    async restart() {
      earlierLogs += installation.logs();
      installation = await start(new URL(url).port);
    },
    async stop() {
      await installation.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
