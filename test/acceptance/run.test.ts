import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const RUN = fileURLToPath(new URL('../../scripts/run.mjs', import.meta.url));

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mooring-run-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** Starts a TypeScript entry with the given source through scripts/run.mjs. */
async function start(source: string, ...args: string[]) {
  const entry = join(directory, 'entry.ts');
  await writeFile(entry, source);
  const child = spawn('node', [RUN, entry, ...args], {
    env: { ...process.env, npm_config_loglevel: 'silly', MOORING_TEST: 'kept' },
  });
  return { child, exited: once(child, 'exit') as Promise<[number | null]> };
}

test('the entry runs under Node 24 with its arguments, and nothing else writes to stdout', async () => {
  const { child, exited } = await start(
    `const names: string[] = Object.keys(process.env).filter(name => name.startsWith('npm_'));
     const major: string = process.versions.node.split('.')[0]!;
     console.log(JSON.stringify({ major, args: process.argv.slice(2), names, kept: process.env.MOORING_TEST }));
     process.exit(7);`,
    '--one',
    'two words',
  );
  const [stdout, [code]] = await Promise.all([text(child.stdout), exited]);
  expect(JSON.parse(stdout)).toEqual({ major: '24', args: ['--one', 'two words'], names: [], kept: 'kept' });
  expect(code).toBe(7);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s reaches the entry, and its exit code comes back',
  async signal => {
    const { child, exited } = await start(
      `process.on('${signal}', () => process.exit(9)); console.log('ready'); setInterval(() => {}, 1000);`,
    );
    await once(child.stdout, 'data');
    child.kill(signal);
    expect((await exited)[0]).toBe(9);
  },
);

test('an entry that a signal ends gives the exit code that shells give', async () => {
  const { exited } = await start(`process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);`);
  expect((await exited)[0]).toBe(137);
});
