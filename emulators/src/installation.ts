import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createClient } from '@mooring/sdk';

const ENTRY = fileURLToPath(new URL('../../scripts/mooring.ts', import.meta.url));
const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 60_000;
/** As `npm run mooring` starts it. */
const SERVER_FLAGS = ['--max-semi-space-size=2'];

/**
 * Asks the server to stop when the process that started it is gone, however it went. Listening for that keeps
 * no process alive that would end by itself, such as one with wrong settings. The workers that it starts are given
 * this too, and must not heed it: their channel is what they live by.
 */
const STOP_WITH_PARENT =
  'data:text/javascript,if(process.argv[2]==="serve")process.once("disconnect",()=>process.kill(process.pid,"SIGTERM")).channel.unref()';

export interface Installation {
  /** Where it answers, e.g. `http://127.0.0.1:41237`. */
  url: string;
  /** The administrator's one-time link. Null after the first sign-in. */
  signInLink: string | null;
  process: ChildProcess;
  /** All that it has printed so far. */
  logs(): string;
  /** Stops it in good order: SIGTERM. */
  stop(): Promise<void>;
  /** Ends it at once: SIGKILL. What it started is left to notice. */
  kill(): Promise<void>;
}

/**
 * Starts `mooring serve` from source as a process of its own, on a free port, and waits until it answers.
 * @param env our environment, of which only PATH, HOME, TMPDIR and NODE_COMPILE_CACHE are passed on, so that a person's own database is
 * never used by accident.
 * @param settings environment variables for it: `MOORING_…`, `DATABASE_URL`.
 * @param caFile an authority for it to trust.
 */
export async function startInstallation(options: {
  env: NodeJS.ProcessEnv;
  dataDir: string;
  settings?: Record<string, string>;
  caFile?: string;
}): Promise<Installation> {
  const { dataDir, settings = {}, caFile } = options;
  const { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE } = options.env;
  const child = spawn(
    process.execPath,
    [...SERVER_FLAGS, '--import', STOP_WITH_PARENT, ENTRY, 'serve', '--json'],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...(PATH && { PATH }),
        ...(HOME && { HOME }),
        ...(TMPDIR && { TMPDIR }),
        ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }),
        ...(caFile && { NODE_EXTRA_CA_CERTS: caFile }),
        MOORING_DATA_DIR: dataDir,
        MOORING_PORT: '0',
        MOORING_DRAIN_SECONDS: '0', // no load balancer is in front
        ...settings,
      },
    },
  );
  const exited = once(child, 'exit');
  let printed = '';
  child.stderr?.on('data', chunk => {
    printed += chunk;
  });
  const { url, signInLink } = await new Promise<{ url: string; signInLink: { url: string } | null }>(
    (resolve, reject) => {
      const fail = (why: string) => {
        child.kill('SIGKILL');
        reject(new Error(`mooring serve did not start: ${why}. It printed:\n${printed || '(nothing)'}`));
      };
      const timer = setTimeout(() => fail(`nothing in ${START_TIMEOUT_MS / 1000} s`), START_TIMEOUT_MS);
      let answer = '';
      child.stdout?.on('data', chunk => {
        printed += chunk;
        answer += chunk;
        if (!answer.endsWith('}\n')) return;
        clearTimeout(timer);
        resolve(JSON.parse(answer));
      });
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        fail(`it ended with ${signal ?? code}`);
      });
    },
  );

  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  };
  return {
    url,
    signInLink: signInLink?.url ?? null,
    process: child,
    logs: () => printed,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/**
 * Signs in with a one-time link and makes an API token, as a person would in the web app.
 * @returns an administrator's token.
 */
export async function createAdminToken(signInLink: string): Promise<string> {
  const { origin, hash } = new URL(signInLink);
  const code = new URLSearchParams(hash.slice(1)).get('code') ?? '';
  const answer = await fetch(`${origin}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ code }),
  });
  if (!answer.ok) throw new Error(`Signing in answered ${answer.status}: ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map(one => one.split(';', 1)[0])
    .join('; ');
  const { secret } = await createClient({ baseUrl: origin }).call('createToken', {
    body: { name: 'Demo', role: 'administrator' },
    headers: { cookie, origin },
  });
  return secret;
}
