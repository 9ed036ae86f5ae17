import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeKeyFile, readKeyFile, retiredFileOf, writeKeyFile } from './key-file.ts';
import { nameOf, newSecretKey, parseKeys } from './secrets.ts';

let dataDir: string;
let path: string;
beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'mooring-secrets-')), 'data');
  path = join(dataDir, 'secret.key');
});
afterEach(() => rm(join(dataDir, '..'), { recursive: true }));

describe('the key file', () => {
  test('is made once, for its owner only, with nothing left beside it', async () => {
    await makeKeyFile(path);
    const [first] = await readKeyFile(path);
    await makeKeyFile(path);
    expect(await readKeyFile(path)).toEqual([first]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual(['secret.key']);
  });

  test('is one and the same for processes that start at once', async () => {
    const script = `
      const { makeKeyFile, readKeyFile } = await import(${JSON.stringify(new URL('./key-file.ts', import.meta.url).href)});
      process.stdout.write('ready');
      process.stdin.once('data', async () => {
        const path = ${JSON.stringify(path)};
        const all = await Promise.all(Array.from({ length: 8 }, async () => {
          await makeKeyFile(path);
          return readKeyFile(path);
        }));
        process.stdout.write(JSON.stringify(all.map(([key]) => key.bytes.toString('hex'))));
        process.exit();
      });`;
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script]),
    );
    await Promise.all(children.map(child => once(child.stdout, 'data')));
    const answers = children.map(async child => JSON.parse(String((await once(child.stdout, 'data'))[0])));
    for (const child of children) child.stdin.write('go');
    const keys = (await Promise.all(answers)).flat();
    expect(keys).toHaveLength(32);
    expect(new Set(keys).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(['secret.key']);
  });

  test.each([0o640, 0o604])('is refused with mode %o', async mode => {
    await makeKeyFile(path);
    await chmod(path, mode);
    await expect(readKeyFile(path)).rejects.toThrow(
      `has mode ${mode.toString(8)}, so other users of this machine can read it; expected 600. Run: chmod 600 `,
    );
  });

  test.each(['', 'AAAA\n', 'not a key'])('that holds %j is refused, not replaced', async content => {
    await makeKeyFile(path);
    await writeFile(path, content);
    await expect(readKeyFile(path)).rejects.toThrow(/does not hold a key of 32 bytes/);
  });

  test('is not made by reading or changing it: a process that lost it has the only copy of its key', async () => {
    await makeKeyFile(path);
    await rm(path);
    await expect(readKeyFile(path)).rejects.toThrow('ENOENT');
    await expect(writeKeyFile(path, [newSecretKey()])).rejects.toThrow('ENOENT');
    expect(await readdir(dataDir)).toEqual([]);
  });

  test('takes other keys all at once, and keeps those that are left out in files of their own', async () => {
    await makeKeyFile(path);
    const [old] = await readKeyFile(path);
    const next = newSecretKey();
    await writeKeyFile(path, [next, old]);
    expect(await readKeyFile(path)).toEqual([next, old]);
    expect(await readdir(dataDir)).toEqual(['secret.key']);
    await writeKeyFile(path, [next]);
    expect(await readKeyFile(path)).toEqual([next]);
    const retired = retiredFileOf(path, nameOf(old));
    expect(await readdir(dataDir)).toEqual(['secret.key', basename(retired)]);
    expect(parseKeys(await readFile(retired, 'utf8'))).toEqual([old]);
    for (const file of [path, retired]) expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});
