import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

/** Debian has Python without what makes virtual environments. */
const hasPython = spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0;

/** What the tests need that npm does not have: a file that shows it is there, and the package it comes in. */
const NEEDED = [
  { file: '/usr/bin/chromium', debianPackage: 'chromium', what: 'Chromium' },
  { file: '/usr/lib/postgresql/15/bin/postgres', debianPackage: 'postgresql-15', what: 'PostgreSQL 15' },
  { file: '/usr/sbin/pgbouncer', debianPackage: 'pgbouncer', what: 'PgBouncer' },
  { file: '/usr/bin/ffmpeg', debianPackage: 'ffmpeg', what: 'ffmpeg' },
  { file: '/usr/bin/openssl', debianPackage: 'openssl', what: 'OpenSSL' },
  { file: '/usr/bin/shellcheck', debianPackage: 'shellcheck', what: 'shellcheck' },
];

const PYTHON = { file: 'python3 with venv', debianPackage: 'python3-venv', what: 'Python 3' };

/**
 * Installs what is absent, as root on Debian.
 * @throws Error saying what to install where it cannot.
 */
export async function installDebianPackages(): Promise<void> {
  const absent = [...NEEDED.filter(({ file }) => !existsSync(file)), ...(hasPython ? [] : [PYTHON])];
  if (absent.length === 0) return;
  const names = absent.map(({ debianPackage }) => debianPackage);
  const command = `apt-get install --no-install-recommends ${names.join(' ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error(
      `The tests need ${absent.map(({ what, file }) => `${what} (${file})`).join(' and ')}. On Debian: sudo ${command}`,
    );
  console.error(`Installing ${names.join(' and ')} from Debian: a minute or two.`);
  try {
    await apt('update');
    await apt('install', '-y', '--no-install-recommends', ...names);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`Installing failed. Install it yourself: ${command}\n${stdout}${stderr}`, {
      cause: error,
    });
  }
}

/** RUNLEVEL=1 keeps Debian's own database server and pooler from being started. */
const apt = (...args: string[]) =>
  promisify(execFile)('apt-get', ['-qq', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    maxBuffer: 64 * 1024 * 1024,
  });
