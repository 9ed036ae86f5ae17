import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { answer, mooring, startApi } from '../../testing.ts';

const CONNECTOR = {
  id: 'cnr_00000000000000000000',
  name: 'Cats',
  tool: 'label-studio',
  url: 'https://labels.example',
  projectId: 7,
  projectTitle: 'All cats',
  filter: { kind: 'image', recursive: true },
  whenGone: 'remove',
  everySeconds: null,
  tasks: { present: 12_000, gone: 3, annotated: 40 },
  linkId: null,
  linkExpiresAt: null,
  revision: 1,
  lastPushAt: null,
  createdAt: '2026-11-20T12:00:00.000Z',
  updatedAt: '2026-11-20T12:00:00.000Z',
};
const ADD = ['connector', 'add', 'Cats', `${CONNECTOR.url}/projects/7/data?tab=3`];

test('add sends the token of a file, and never prints it', async () => {
  const { url, seen } = await startApi({ 'POST /v1/connectors': answer(CONNECTOR, 201) });
  const file = join(await mkdtemp(join(tmpdir(), 'mooring-token-')), 'token');
  await writeFile(file, 'the-token\n');
  const options = [
    '--kind',
    'image',
    '--when-gone',
    'remove',
    '--every-seconds',
    '3600',
    '--token-file',
    file,
  ];
  const { code, stdout, stderr } = await mooring(url, [...ADD, ...options]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/project +All cats \(https:\/\/labels\.example\/projects\/7\)/);
  expect(stdout).toMatch(/link +was revoked/);
  expect(stdout + stderr).not.toContain('the-token');
  expect(seen[0]!.body).toEqual({
    ...{ name: 'Cats', url: CONNECTOR.url, projectId: 7, token: 'the-token', filter: { kind: 'image' } },
    ...{ whenGone: 'remove', everySeconds: 3600 },
  });
});

test.each([[[]], [['--all']], [['--all', '--every-seconds', '5']]])('add %j is refused', async options => {
  expect(await mooring('http://127.0.0.1:9', [...ADD, ...options])).toMatchObject({ code: EXIT.usage });
});

test('list and edit find it by its name', async () => {
  const { url, seen } = await startApi({
    'GET /v1/connectors': answer({ items: [CONNECTOR], nextCursor: null }),
    [`PATCH /v1/connectors/${CONNECTOR.id}`]: answer(CONNECTOR),
  });
  const { stdout } = await mooring(url, ['connector', 'list']);
  expect(stdout).toMatch(/cnr_0+ +Cats +All cats +12,000 +40 +3 +never/);
  await mooring(url, ['connector', 'edit', 'Cats', '--every-seconds', 'never']);
  expect(seen.at(-1)!.body).toEqual({ everySeconds: null });
  expect(await mooring(url, ['connector', 'edit', 'Dogs', '--name', 'x'])).toMatchObject({
    code: EXIT.notFound,
  });
});
