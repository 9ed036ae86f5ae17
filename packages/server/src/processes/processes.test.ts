import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../platform/log.ts';
import { supervise } from './supervise.ts';

let directory: string;
let files = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mooring-processes-'));
});
afterAll(() => rm(directory, { recursive: true }));

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const start = (name: string, ...args: string[]) =>
  spawn(process.execPath, [path(name), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // no such process
  }
}

describe('a crash', () => {
  test.each(['exception', 'rejection'])('by an %s is logged without secrets and ends with 1', async kind => {
    const child = start('./testing-crash.ts', kind);
    const [[code], written] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
    expect(code).toBe(1);
    expect(written).toContain('acme.blob.core.windows.net');
    expect(written).not.toContain('VERYSECRET');
  });
});

describe('a process that is asked to end', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('by %s stops what runs, once, and ends with 0', async signal => {
    const child = start('./testing-running.ts', '0', '200');
    const written = text(child.stdout);
    await once(child.stdout, 'readable');
    child.kill(signal);
    setTimeout(() => child.kill(signal), 100);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await written).toBe('starting\nstopped\n');
  });

  test('while it starts stops what it started', async () => {
    const child = start('./testing-running.ts', '300', '0');
    const written = text(child.stdout);
    await once(child.stdout, 'readable');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await written).toBe('starting\nstopped\n');
  });
});

describe('supervised processes', () => {
  const newFile = () => join(directory, `pids-${++files}`);
  /** Of each process that began: its id, and when it did. */
  const startsIn = (file: string): { pid: number; at: number }[] =>
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .trim()
          .split('\n')
          .map(line => JSON.parse(line))
      : [];
  const pidsIn = (file: string): number[] => startsIn(file).map(({ pid }) => pid);
  const started = async (file: string, count: number): Promise<number[]> => {
    await expect.poll(() => pidsIn(file).length).toBe(count);
    return pidsIn(file);
  };
  const superviseInto = (file: string, options: { count: number; dies: boolean }) =>
    supervise({
      count: options.count,
      entry: new URL('./testing-supervised.ts', import.meta.url),
      message: { file, dies: options.dies },
      log: createLogger({ level: 'silent' }),
    });

  test('are started again when they are killed, and end when they are stopped', async () => {
    const file = newFile();
    const supervisor = superviseInto(file, { count: 2, dies: false });
    const [first] = await started(file, 2);
    let latest = first!;
    for (let kills = 1; kills <= 6; kills++) {
      process.kill(latest, 'SIGKILL');
      latest = (await started(file, 2 + kills)).at(-1)!; // not ever more slowly
    }
    await supervisor.stop();
    expect(pidsIn(file).filter(isAlive)).toEqual([]);
    expect(pidsIn(file)).toHaveLength(8);
  });

  test('that die at once are started again ever more slowly', async () => {
    const file = newFile();
    const supervisor = superviseInto(file, { count: 1, dies: true });
    await expect.poll(() => startsIn(file).length).toBeGreaterThanOrEqual(4);
    await supervisor.stop();
    const times = startsIn(file).map(({ at }) => at);
    expect(times[3]! - times[1]!).toBeGreaterThan(600); // 200 and 400
  });

  test('end with the process that supervises them, even when that is killed', async () => {
    const file = newFile();
    const supervisor = start('./testing-supervisor.ts', file);
    const [pid] = await started(file, 1);
    supervisor.kill('SIGKILL');
    await expect.poll(() => isAlive(pid!)).toBe(false);
  });
});
