import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { UsageError } from './failure.ts';
import type { Io } from './io.ts';

const DEFAULT_URL = 'http://127.0.0.1:7070';

/** What `mooring sign-in` keeps: which installation, and a token for it. */
export interface Account {
  url: string;
  token: string;
  expiresAt: string;
}

/** Which installation a command talks to, with which sign-in, and why. */
export interface Target {
  url: string;
  token: string | undefined;
  from: '--url' | 'MOORING_URL' | 'sign-in' | 'default';
}

/** Where the account is kept: `$XDG_CONFIG_HOME/mooring/account.json`. */
export const accountFile = ({ env }: Io): string =>
  join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'mooring', 'account.json');

/** Null before the first `mooring sign-in`. */
export async function loadAccount(io: Io): Promise<Account | null> {
  const file = accountFile(io);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const value = parseJson(text);
  if (isAccount(value)) return value;
  throw new UsageError(`${file} does not hold an account of Mooring.`, `Remove ${file} and sign in again.`);
}

/** Keeps the account so that only this user can read it. */
export async function saveAccount(io: Io, account: Account): Promise<void> {
  const file = accountFile(io);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const making = `${file}.${process.pid}`;
  await writeFile(making, `${JSON.stringify(account, null, 2)}\n`, { mode: 0o600 });
  await chmod(making, 0o600);
  await rename(making, file);
}

/** A stored token is only ever sent to the installation that it came from. */
export async function resolveTarget(io: Io, urlOption: string | undefined): Promise<Target> {
  const account = await loadAccount(io);
  const url = checkUrl(urlOption ?? io.env.MOORING_URL ?? account?.url ?? DEFAULT_URL);
  const from = urlOption ? '--url' : io.env.MOORING_URL ? 'MOORING_URL' : account ? 'sign-in' : 'default';
  const kept = account && trimUrl(account.url) === url ? account.token : undefined;
  return { url, token: io.env.MOORING_TOKEN || kept, from };
}

const trimUrl = (url: string): string => url.replace(/\/+$/, '');

function checkUrl(text: string): string {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol)) return trimUrl(text);
  throw new UsageError(
    `${JSON.stringify(text)} is not the address of an installation.`,
    'Give an address such as https://mooring.example with --url or MOORING_URL.',
  );
}

const isAccount = (value: unknown): value is Account =>
  typeof value === 'object' &&
  value !== null &&
  ['url', 'token', 'expiresAt'].every(name => typeof (value as Record<string, unknown>)[name] === 'string');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // refused by its shape
  }
}
