import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isFinished, type Operation, type Source } from '@mooring/contract';
import { createAdminToken, startInstallation } from '@mooring/emulators';
import { createClient } from '@mooring/sdk';
import { createNeighbour } from './neighbour.ts';
import { SAS } from './sas.ts';
import { type Behaviour, startHostileStorage } from './storage.ts';

const PAUSES = new URL('./report-pauses.ts', import.meta.url).href;
const WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 25;

/**
 * An installation of its own, with a hostile storage, and a second workspace that has an honest one. Its limits are the
 * defaults.
 */
export async function startTarget() {
  const directory = await mkdtemp(join(tmpdir(), 'mooring-hostile-'));
  const dataDir = join(directory, 'data');
  const storage = await startHostileStorage();
  const installation = await startInstallation({
    env: process.env,
    dataDir,
    settings: {
      MOORING_STORAGE_NETWORKS: '127.0.0.0/8,::1',
      MOORING_LOG_LEVEL: 'warn',
      NODE_OPTIONS: `--import=${PAUSES}`,
    },
  });
  const client = createClient({
    baseUrl: installation.url,
    token: await createAdminToken(installation.signInLink!),
  });
  // Attackers use up what one token may do at once: what is looked up and cancelled meanwhile has another.
  const { secret: token } = await client.call('createToken', {
    body: { name: 'Attacker', role: 'administrator' },
  });
  const neighbour = await createNeighbour({ url: installation.url, dataDir });
  /** How long each cancel took. */
  const cancelsMs: number[] = [];
  let made = 0;

  /** A source of a container of the hostile storage. */
  async function attach(behave: Behaviour): Promise<Source> {
    const container = `hostile-${++made}`;
    storage.add(container, behave);
    const { id: connectionId } = await client.call('createConnection', {
      body: {
        name: container,
        location: { endpoint: storage.endpoint, account: 'acme', container },
        credential: { kind: 'azure-sas', sasToken: SAS },
      },
    });
    return client.call('createSource', { body: { connectionId, probes: false } });
  }

  const get = (operationId: string): Promise<Operation> =>
    client.call('getOperation', { params: { operationId } });

  /** @throws Error with what it is at the end, where that is not reached */
  async function until(operationId: string, reached: (operation: Operation) => boolean): Promise<Operation> {
    const deadline = Date.now() + WITHIN_MS;
    for (;;) {
      const operation = await get(operationId);
      if (reached(operation)) return operation;
      if (isFinished(operation.status) || Date.now() > deadline)
        throw new Error(
          `is ${operation.status}: ${operation.problem?.detail ?? JSON.stringify(operation.counts)}`,
        );
      await pause(LOOK_EVERY_MS);
    }
  }

  async function cancel(operationId: string): Promise<void> {
    const begun = performance.now();
    await client.call('cancelOperation', { params: { operationId } });
    await until(operationId, ({ status }) => status === 'cancelled');
    cancelsMs.push(performance.now() - begun);
  }

  const isOver = ({ status }: Operation): boolean => isFinished(status);

  return {
    ...{
      url: installation.url,
      token,
      client,
      storage,
      installation,
      directory,
      attach,
      cancelsMs,
      neighbour,
    },
    until,
    cancel,
    startSync: (sourceId: string): Promise<Operation> => client.call('syncSource', { params: { sourceId } }),
    finish: (operationId: string): Promise<Operation> => until(operationId, isOver),

    /** Until an operation fails, or waits to be tried again, for this reason. Then it is cancelled. */
    async complains(operationId: string, reason: RegExp): Promise<void> {
      const { status, problem } = await until(operationId, one => one.problem !== null || isOver(one));
      if (!reason.test(problem?.detail ?? ''))
        throw new Error(`is ${status}: ${problem?.detail ?? 'no problem'}; expected ${reason}`);
      if (!isFinished(status)) await cancel(operationId);
    },

    /** The answer to one request, of any status. */
    ask: (path: string, options: RequestInit = {}): Promise<Response> =>
      fetch(installation.url + path, {
        ...options,
        headers: {
          authorization: `Bearer ${token}`,
          ...(options.body ? { 'content-type': 'application/json' } : {}),
          ...options.headers,
        },
      }),

    async stop(): Promise<void> {
      await installation.stop();
      await neighbour.stop();
      await storage.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
export type Target = Awaited<ReturnType<typeof startTarget>>;
