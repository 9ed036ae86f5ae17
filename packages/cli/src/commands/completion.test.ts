import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const execute = promisify(execFile);
const mooring = async (...args: string[]): Promise<string> =>
  (await execute(process.execPath, [MAIN, ...args])).stdout;

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('%s gets a script that asks mooring', async shell => {
    expect(await mooring('completion', shell)).toMatch(/mooring complete --/);
  });

  test('bash accepts its script', async () => {
    await execute('bash', ['-n', '-c', await mooring('completion', 'bash')]);
  });

  test.each([
    [
      ['asset', ''],
      ['list', 'show', 'url', 'export', 'tag', 'meta'],
    ],
    [['oper'], ['operation']],
    [['asset', 'list', '--arch'], ['--archive-state']],
    [
      ['asset', 'list', '--status', ''],
      ['present', 'gone', 'any'],
    ],
  ])('%j: %j', async (words, expected) => {
    const offered = (await mooring('complete', '--', ...words))
      .trim()
      .split('\n')
      .map(line => line.split('\t')[0]);
    expect(offered).toEqual(expect.arrayContaining(expected));
    expect(offered).toHaveLength(expected.length + 1); // and the directive
  });
});
