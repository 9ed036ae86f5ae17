import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSecretBox, deriveKey, loadSecretKeys } from './secrets.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'mooring-secrets-')), 'data');
});
afterEach(() => rm(join(dataDir, '..'), { recursive: true }));

const KEYS = [1, 2].map(n => Buffer.alloc(32, n).toString('base64'));
const boxOf = async (secretKey: string) =>
  createSecretBox({ keys: await loadSecretKeys({ secretKey, dataDir }) });

describe('sealing', () => {
  test('gives back what was sealed, for its row only', async () => {
    const box = await boxOf(KEYS[0]!);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, rowId) => {
        const sealed = box.seal(plain, rowId);
        expect(box.unseal(sealed, rowId)).toBe(plain);
        expect(() => box.unseal(sealed, `${rowId}x`)).toThrow('damaged or belongs to another row');
      }),
    );
  });

  test('never looks alike twice, and does not show the text', async () => {
    const box = await boxOf(KEYS[0]!);
    const sealed = box.seal('the secret', 'con_1');
    expect(sealed.includes('the secret')).toBe(false);
    expect(sealed.equals(box.seal('the secret', 'con_1'))).toBe(false);
  });

  test('notices every changed byte and every cut', async () => {
    const box = await boxOf(KEYS[0]!);
    const sealed = box.seal('the secret', 'con_1');
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed);
      changed[i]! ^= 1;
      expect(() => box.unseal(changed, 'con_1'), `byte ${i}`).toThrow();
      expect(() => box.unseal(sealed.subarray(0, i), 'con_1'), `first ${i} bytes`).toThrow();
    }
  });

  test('the first of several keys seals, all of them open', async () => {
    const old = await boxOf(KEYS[0]!);
    const both = await boxOf(`${KEYS[1]}, ${KEYS[0]}`);
    const renewed = await boxOf(KEYS[1]!);
    expect(both.unseal(old.seal('a', 'r'), 'r')).toBe('a');
    expect(renewed.unseal(both.seal('b', 'r'), 'r')).toBe('b');
    expect(() => renewed.unseal(old.seal('c', 'r'), 'r')).toThrow(
      /sealed with the key [0-9a-f]{8}, which this process does not have/,
    );
  });

  test('derived keys differ by purpose and stay the same', async () => {
    const [key] = await loadSecretKeys({ secretKey: KEYS[0]!, dataDir });
    expect(deriveKey(key, 'relay')).toEqual(deriveKey(key, 'relay'));
    expect(deriveKey(key, 'relay')).not.toEqual(deriveKey(key, 'other'));
    expect(deriveKey(key, 'relay')).not.toEqual(key.bytes);
  });
});

describe('the key file', () => {
  test('is made once, for its owner only, with nothing left beside it', async () => {
    const [first] = await loadSecretKeys({ secretKey: null, dataDir });
    const [again] = await loadSecretKeys({ secretKey: null, dataDir });
    expect(again).toEqual(first);
    expect((await stat(join(dataDir, 'secret.key'))).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual(['secret.key']);
  });

  test('is one and the same for processes that start at once', async () => {
    const script = `
      const { loadSecretKeys } = await import(${JSON.stringify(new URL('./secrets.ts', import.meta.url).href)});
      process.stdout.write('ready');
      process.stdin.once('data', async () => {
        const all = await Promise.all(Array.from({ length: 8 }, () =>
          loadSecretKeys({ secretKey: null, dataDir: ${JSON.stringify(dataDir)} })));
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
    await loadSecretKeys({ secretKey: null, dataDir });
    await chmod(join(dataDir, 'secret.key'), mode);
    await expect(loadSecretKeys({ secretKey: null, dataDir })).rejects.toThrow(
      `has mode ${mode.toString(8)}, so other users of this machine can read it; expected 600. Run: chmod 600 `,
    );
  });

  test.each(['', 'AAAA\n', 'not a key'])('that holds %j is refused, not replaced', async content => {
    await loadSecretKeys({ secretKey: null, dataDir });
    await writeFile(join(dataDir, 'secret.key'), content);
    await expect(loadSecretKeys({ secretKey: null, dataDir })).rejects.toThrow(
      /does not hold a key of 32 bytes/,
    );
  });
});
