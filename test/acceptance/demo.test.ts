import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { demoObjects } from '@mooring/emulators';
import { expect, onTestFinished, test } from 'vitest';
import { startDemo } from '../support/demo.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the demo as `npm run demo -- …` does; what it printed on stdout and stderr. */
const demo = (...args: string[]) =>
  promisify(execFile)('node', ['scripts/run.mjs', 'emulators/src/demo/main.ts', ...args], { cwd: root });

test.each([
  ['--auth app', 500],
  ['--auth sas', 500],
  ['--emulator volume', 12_000],
])('the demo with %s connects, checks, syncs and delivers', async (option, count) => {
  const { stdout } = await demo('--once', '--json', '--objects', String(count), ...option.split(' '));
  const report = JSON.parse(stdout);
  const objects = await demoObjects();
  const assets = objects.filter(({ placeholder }) => !placeholder).length + count;

  expect(report.connection.status).toBe('healthy');
  expect(report.checks.length).toBeGreaterThan(7);
  expect(new Set(report.checks.map((check: { status: string }) => check.status))).toEqual(
    new Set(['passed']),
  );
  expect(report.sync).toMatchObject({
    listed: objects.length + count,
    added: assets,
    changed: 0,
    removed: 0,
    skipped: objects.length + count - assets,
  });
  expect(report.assets.total).toBe(assets);
  expect(report.sample).toMatchObject({ status: 206, contentRange: expect.stringMatching(/^bytes 0-99\//) });
  expect(['*', report.url]).toContain(report.sample.corsAllowOrigin);
  expect(report.token).toMatch(/^mrg_/);
  // The storage answers over HTTPS only where the bytes come through Mooring.
  expect(report.connectionString.includes('https:')).toBe(option === '--auth sas');
  expect(typeof report.caFile).toBe(option === '--auth sas' ? 'string' : 'undefined');
  // What a browser that knows no certificate of ours can open.
  expect(new URL(report.sample.signedUrl).protocol).toBe('http:');
});

test('with --json it says what opens it as soon as it is ready, and goes on running', async () => {
  const demo = await startDemo();
  onTestFinished(async () => void (await demo.stop()));
  const { connectionString, caFile, sample } = demo.report;
  expect((await demo.client.call('listConnections')).items).toMatchObject([
    { name: 'Demo storage', status: 'healthy' },
  ]);
  expect(connectionString).toContain(`BlobEndpoint=${new URL(sample.signedUrl).origin}/acme;`);
  expect(caFile).toBeUndefined();
  expect(await demo.stop()).toBe(0);
});

test.each([
  [['--objects', 'many'], /--objects is "many"; expected a whole number from 0 to 200000\./],
  [['--objects', '20000001', '--emulator', 'volume'], /expected a whole number from 0 to 20000000\./],
  [['--emulator', 'cloud'], /--emulator is "cloud"; expected azurite or volume\./],
  [['--auth', 'key'], /--auth is "key"; expected app or sas\./],
  [['--twice'], /--twice/],
])('the demo refuses %j', async (args, message) => {
  await expect(demo('--once', ...args)).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(message),
  });
});
