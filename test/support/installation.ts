import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createAdminToken, type Installation, type Storage, startInstallation } from '@mooring/emulators';
import { createClient, type MooringClient } from '@mooring/sdk';
import { stopEmbedded } from './embedded-database.ts';
import { killNow, workersOf } from './processes.ts';
import { temporaryDirectory } from './temporary.ts';

/**
 * Starts Mooring from source, with a data directory of its own, as it would be run for this storage, whose CORS
 * rules then allow it. It keeps its address when it is started again.
 * @param settings environment variables beside those that lead to the storage
 */
export async function startTestInstallation(storage: Storage, settings: Record<string, string> = {}) {
  const directory = await temporaryDirectory('installation');
  const dataDir = join(directory.path, 'data');
  const webDir = join(directory.path, 'web');
  await mkdir(webDir);
  const environment: Record<string, string> = {
    MOORING_AZURE_AUTHORITY_HOST: storage.authorityHost,
    MOORING_ALLOW_PRIVATE_ENDPOINTS: 'true',
    MOORING_WEB_DIR: webDir, // what is in it is for the tests in a browser
    ...settings,
  };
  let logs = '';

  const start = (port: string): Promise<Installation> =>
    startInstallation({
      env: process.env,
      dataDir,
      caFile: storage.certificates.caFile,
      settings: { ...environment, MOORING_PORT: port },
    });
  let running = await start('0');
  const { url, signInLink } = running;
  await storage.allowOrigins([url]);
  let token = '';

  const serverPid = () => running.process.pid!;
  const workerPids = () => workersOf(serverPid());
  const ended = () => {
    logs += running.logs();
  };

  return {
    url,
    dataDir,
    /** What a server on the same data directory would be started with. */
    environment: {
      ...environment,
      MOORING_DATA_DIR: dataDir,
      NODE_EXTRA_CA_CERTS: storage.certificates.caFile,
    },
    /** What the first start printed; it works once. */
    signInLink: signInLink!,
    serverPid,
    workerPids,

    /** A client with the scope admin. The first call uses the sign-in link up. */
    async admin(fetch?: typeof globalThis.fetch): Promise<MooringClient & { token: string }> {
      token ||= await createAdminToken(signInLink!);
      return { ...createClient({ baseUrl: url, token, ...(fetch && { fetch }) }), token };
    },

    /** Ends the server and its workers at once: SIGKILL. */
    async kill(): Promise<void> {
      const workers = workerPids();
      const end = running.kill();
      for (const pid of workers) killNow(pid);
      await end;
      ended();
    },

    /** Stops it in good order. */
    async halt(): Promise<void> {
      await running.stop();
      ended();
    },

    /** Starts it again after `kill` or `halt`, under the same address. */
    async startAgain(): Promise<void> {
      running = await start(new URL(url).port);
    },

    process: () => running.process,
    /** All that it has printed since its first start. */
    logs: () => logs + (running.process.exitCode === null ? running.logs() : ''),

    /** Ends everything and removes the data directory. */
    async stop(): Promise<void> {
      await running.stop();
      await stopEmbedded(dataDir);
      await directory.remove();
    },
  };
}
export type TestInstallation = Awaited<ReturnType<typeof startTestInstallation>>;
