import { expect, test } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { answer, mooring, startApi } from '../../testing.ts';

const WORKSPACE = {
  id: 'ws_00000000000000000000',
  name: 'Default',
  createdAt: '2026-11-20T12:00:00.000Z',
  maxAssets: 1000,
  assetCount: 1234,
  overQuotaCount: 234,
  maxSigningSeconds: 3600,
  settled: false,
};

test('show tells how many there are, may be, and are over quota', async () => {
  const { url } = await startApi({ 'GET /v1/workspace': answer(WORKSPACE) });
  const { stdout } = await mooring(url, ['workspace', 'show']);
  expect(stdout).toMatch(
    /assets +1,234\nat most +1,000\nsigns for +3,600 s at most\nover quota +234\nmarks +are being brought in line\n/,
  );
  const machine = await mooring(url, ['workspace', 'show', '--json']);
  expect(JSON.parse(machine.stdout)).toEqual(WORKSPACE);
});

test.each([
  ['0', 0],
  ['2500', 2500],
  ['none', null],
])('edit --max-assets %s', async (text, maxAssets) => {
  const after = { ...WORKSPACE, maxAssets, overQuotaCount: 0, settled: true };
  const { url, seen } = await startApi({ 'PATCH /v1/workspace': answer(after) });
  const { code, stdout } = await mooring(url, ['workspace', 'edit', '--max-assets', text]);
  expect({ code, sent: seen[0]!.body }).toEqual({ code: 0, sent: { maxAssets } });
  expect(stdout).toMatch(maxAssets === null ? /no limit/ : /at most +[\d,]+/);
  expect(stdout).not.toMatch(/over quota|marks/);
});

test('edit --max-signing-seconds changes this alone', async () => {
  const after = { ...WORKSPACE, maxSigningSeconds: 604_800 };
  const { url, seen } = await startApi({ 'PATCH /v1/workspace': answer(after) });
  const { stdout } = await mooring(url, ['workspace', 'edit', '--max-signing-seconds', '604800']);
  expect(seen[0]!.body).toEqual({ maxSigningSeconds: 604_800 });
  expect(stdout).toMatch(/signs for +604,800 s at most/);
});

test.each([
  [],
  ['--max-signing-seconds', '604801'],
  ['--max-assets', '-1'],
  ['--max-assets', '1.5'],
  ['--max-assets', ''],
  ['--max-assets', '1e99'],
])('edit %j %s is refused', async (...args) => {
  expect(await mooring('http://127.0.0.1:9', ['workspace', 'edit', ...args])).toMatchObject({
    code: EXIT.usage,
  });
});
