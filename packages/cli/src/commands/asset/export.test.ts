import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { type Answer, answer, mooring, problem, startApi } from '../../testing.ts';

const LINES = '{"id":"ast_1"}\n{"id":"ast_2"}\n';
const lines: Answer = response => response.writeHead(200, { 'content-type': 'application/jsonl' }).end(LINES);

test('writes to stdout what the server sends, and nothing else', async () => {
  const { url, seen } = await startApi({ 'POST /v1/assets/export': lines });
  const { code, stdout } = await mooring(url, ['asset', 'export', '--format', 'jsonl', '--kind', 'image']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: LINES });
  expect(seen[0]!.body).toEqual({
    format: 'jsonl',
    filter: { kind: 'image', status: 'present' },
    addresses: { kind: 'path' },
  });
});

test('makes a link for what it writes, and says how to revoke it', async () => {
  const made = { id: 'lnk_1', token: 'mrl_secret', expiresAt: '2026-12-20T12:00:00.000Z' };
  const { url, seen } = await startApi({
    'POST /v1/links': answer(made, 201),
    'POST /v1/assets/export': lines,
  });
  const run = ['asset', 'export', '--format', 'label-studio', '--kind', 'image', '--link', 'tasks'];
  const { stdout, stderr } = await mooring(url, run);
  expect(seen[0]!.body).toEqual({
    name: 'tasks',
    scope: { kind: 'filter', filter: { kind: 'image' } },
  });
  expect(seen[1]!.body).toMatchObject({ addresses: { kind: 'link', token: 'mrl_secret' } });
  expect(stdout).toBe(LINES);
  expect(stderr).toContain('mooring link revoke lnk_1');
  expect(stderr).not.toContain('mrl_secret');
});

test('names a version of a dataset, and one of its splits', async () => {
  const id = `ds_${'1'.repeat(20)}`;
  const { url, seen } = await startApi({
    [`GET /v1/datasets/${id}`]: answer({ id, name: 'Night', latest: { version: 4 } }),
    'POST /v1/assets/export': lines,
  });
  const run = ['asset', 'export', '--format', 'jsonl', '--dataset', id, '--split', 'train'];
  expect((await mooring(url, run)).stdout).toBe(LINES);
  expect(seen.at(-1)!.body).toMatchObject({ dataset: { id, version: 4, split: 'train' } });
});

test('a file has its name only when it is whole', async () => {
  const breaksOff: Answer = response => {
    response.writeHead(200, { 'content-length': 1000 }).write(LINES);
    setImmediate(() => response.destroy());
  };
  const directory = await mkdtemp(join(tmpdir(), 'mooring-export-'));
  const output = join(directory, 'assets.jsonl');
  const args = ['asset', 'export', '--format', 'jsonl', '--output', output];
  const broken = await startApi({ 'POST /v1/assets/export': breaksOff });
  expect((await mooring(broken.url, args)).code).not.toBe(0);
  expect(await readdir(directory)).not.toContain('assets.jsonl');
  const { url } = await startApi({ 'POST /v1/assets/export': lines });
  expect((await mooring(url, args)).code).toBe(0);
  expect(await readFile(output, 'utf8')).toBe(LINES);
});

test.each([
  ['no format', [], EXIT.usage],
  ['a format that there is not', ['--format', 'xls'], EXIT.usage],
  ['a split of no dataset', ['--format', 'csv', '--split', 'train'], EXIT.usage],
  ['links and signed URLs', ['--format', 'csv', '--link', 'x', '--signed'], EXIT.usage],
])('%s is refused', async (_what, args, code) => {
  expect(await mooring('http://127.0.0.1:9', ['asset', 'export', ...args])).toMatchObject({ code });
});

test('a refusal of the server is shown', async () => {
  const refused = problem(404, 'not_found', 'There is no folder fld_1 in this workspace.');
  const { url } = await startApi({ 'POST /v1/assets/export': refused });
  const { code, stderr } = await mooring(url, ['asset', 'export', '--format', 'csv', '--folder', 'fld_1']);
  expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining('There is no folder fld_1')]);
  expect(code).not.toBe(0);
});
