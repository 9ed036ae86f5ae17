import { existsSync } from 'node:fs';
import { succeeds } from './process.ts';

/** What the tests need that npm does not have: a file that shows it is there, and the package it comes in. */
const NEEDED = [
  { file: '/usr/bin/chromium', debianPackage: 'chromium', what: 'Chromium' },
  { file: '/usr/lib/postgresql/15/bin/postgres', debianPackage: 'postgresql-15', what: 'PostgreSQL 15' },
];

/**
 * Installs what is absent, as root on Debian.
 * @throws Error saying what to install where it cannot.
 */
export async function installDebianPackages(): Promise<void> {
  const absent = NEEDED.filter(({ file }) => !existsSync(file));
  if (absent.length === 0) return;
  const names = absent.map(({ debianPackage }) => debianPackage);
  const command = `apt-get install --no-install-recommends ${names.join(' ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error(
      `The tests need ${absent.map(({ what, file }) => `${what} (${file})`).join(' and ')}. On Debian: sudo ${command}`,
    );
  console.log(`Installing ${names.join(' and ')} from Debian.`);
  // RUNLEVEL=1 keeps Debian's own database server from being started.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const installed =
    (await succeeds('apt-get', ['update', '-qq'], env)) &&
    (await succeeds('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], env));
  if (!installed)
    throw new Error(`Installing failed; the messages are above. Install it yourself: ${command}`);
}
