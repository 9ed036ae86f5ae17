import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:https';
import { createRequire } from 'node:module';
import { QueueClient, StorageSharedKeyCredential } from '@azure/storage-queue';
import type { StorageAccount } from './azurite.ts';
import type { Certificates } from './certificates.ts';

const PROGRAM = createRequire(import.meta.url).resolve('azurite/dist/src/queue/main.js');
const START_TIMEOUT_MS = 180_000;

/**
 * Starts Azurite's Queue service over HTTPS with OAuth, in memory, on a free port, with one queue in the first
 * account.
 */
export async function startQueue(options: {
  certificates: Certificates;
  accounts: StorageAccount[];
  name?: string;
}) {
  const { certificates, accounts, name = 'mooring-events' } = options;
  const settings = ['--queueHost', '127.0.0.1', '--queuePort', '0', '--inMemoryPersistence'];
  const quiet = ['--silent', '--disableTelemetry', '--skipApiVersionCheck'];
  const secure = ['--oauth', 'basic', '--cert', certificates.certFile, '--key', certificates.keyFile];
  const child = spawn(process.execPath, [PROGRAM, ...settings, ...quiet, ...secure], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { AZURITE_ACCOUNTS: accounts.map(account => `${account.name}:${account.key}`).join(';') },
  });
  const exited = once(child, 'exit');
  const end = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  // It does not notice the end of the process that started it.
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);

  let printed = '';
  const origin = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) =>
      reject(new Error(`Azurite's queue service did not start: ${why}. ${printed}`));
    const timer = setTimeout(() => fail('no address in time'), START_TIMEOUT_MS);
    const read = (chunk: Buffer) => {
      printed += chunk;
      const address = /https:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
      if (!address) return;
      clearTimeout(timer);
      resolve(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', code => fail(`it ended with ${code}`));
  });

  const [account] = accounts as [StorageAccount];
  const url = `${origin}/${account.name}/${name}`;
  const agent = new Agent({ ca: certificates.ca, keepAlive: true });
  const credential = new StorageSharedKeyCredential(account.name, account.key);
  const queue = new QueueClient(url, credential, { agent } as object);
  await queue.create();
  return {
    /** Of the queue, as a feed names it. */
    url,
    /** Puts a message as Event Grid does: JSON, in Base64. */
    send: async (event: unknown): Promise<void> => {
      await queue.sendMessage(Buffer.from(JSON.stringify(event)).toString('base64'));
    },
    /** How many messages there are, hidden ones too. */
    async count(): Promise<number> {
      return (await queue.getProperties()).approximateMessagesCount ?? 0;
    },
    async stop(): Promise<void> {
      process.off('exit', endWithUs);
      agent.destroy();
      await end();
    },
  };
}
export type Queue = Awaited<ReturnType<typeof startQueue>>;
