import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Fill } from './azurite-process.ts';
import type { Certificates } from './certificates.ts';

/** A storage account of the emulator: its name and its base64 key. */
export interface StorageAccount {
  name: string;
  key: string;
}

export interface Azurite {
  /** `https://127.0.0.1:PORT`; an account's blob endpoint is this with `/ACCOUNT`. */
  origin: string;
  /** Those that are there from the start; default none. */
  containers?: readonly string[];
  /** Copies one object to many keys, 20,000 in about a second. Keys must be new. */
  fill(fill: Fill): Promise<void>;
  /** Ends it; what it held is gone. */
  stop(): Promise<void>;
}

const PROCESS = fileURLToPath(new URL('./azurite-process.ts', import.meta.url));

/** Starts Azurite's Blob service over HTTPS with OAuth, in memory, on a free port, and waits until it answers. */
export async function startAzurite(options: {
  certificates: Certificates;
  accounts: StorageAccount[];
}): Promise<Azurite> {
  const { certificates, accounts } = options;
  const child = fork(PROCESS, [certificates.certFile, certificates.keyFile], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      AZURITE_ACCOUNTS: accounts.map(account => `${account.name}:${account.key}`).join(';'),
    },
  });
  let complaints = '';
  child.stderr?.on('data', chunk => {
    complaints += chunk;
  });
  const exited = once(child, 'exit');

  /** The next message, or an error with what it printed when it ends before that. */
  const nextMessage = async () => {
    const [message] = await Promise.race([once(child, 'message'), exited.then(() => [])]);
    if (!message) throw new Error(`Azurite ended with ${child.signalCode ?? child.exitCode}: ${complaints}`);
    return message as { origin: string };
  };

  const { origin } = await nextMessage();
  return {
    origin,
    async fill(fill) {
      child.send(fill);
      await nextMessage();
    },
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
