import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { accountFile, loadAccount, resolveTarget, saveAccount } from './account.ts';
import { createTestIo } from './testing.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mooring-cli-'));
});
afterEach(() => rm(directory, { recursive: true }));
const ioWith = (env: Record<string, string> = {}) =>
  createTestIo({ env: { XDG_CONFIG_HOME: directory, ...env } }).io;
const ACCOUNT = { url: 'https://mooring.example', token: 'mrg_kept', expiresAt: '2027-01-01T00:00:00.000Z' };

test('is kept where only its owner can read it, also when it was readable before', async () => {
  const io = ioWith();
  expect(await loadAccount(io)).toBeNull();
  await saveAccount(io, ACCOUNT);
  const file = accountFile(io);
  await chmod(file, 0o644);
  await saveAccount(io, { ...ACCOUNT, token: 'mrg_newer' });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
  expect(JSON.parse(await readFile(file, 'utf8')).token).toBe('mrg_newer');
});

test('a damaged file is said, not taken for none', async () => {
  const io = ioWith();
  await saveAccount(io, ACCOUNT);
  await writeFile(accountFile(io), '{"url":');
  await expect(loadAccount(io)).rejects.toThrow('does not hold an account');
});

test('the token goes only to the installation that it came from', async () => {
  await saveAccount(ioWith(), ACCOUNT);
  expect(await resolveTarget(ioWith(), undefined)).toMatchObject({
    url: ACCOUNT.url,
    token: 'mrg_kept',
    from: 'sign-in',
  });
  expect(await resolveTarget(ioWith(), 'https://mooring.example/')).toMatchObject({
    token: 'mrg_kept',
    from: '--url',
  });
  expect(await resolveTarget(ioWith(), 'https://other.example')).toMatchObject({ token: undefined });
  const env = { MOORING_URL: 'https://other.example', MOORING_TOKEN: 'mrg_given' };
  expect(await resolveTarget(ioWith(env), undefined)).toMatchObject({
    url: env.MOORING_URL,
    token: 'mrg_given',
  });
  await expect(resolveTarget(ioWith(), 'ftp://x')).rejects.toThrow('is not the address');
});
