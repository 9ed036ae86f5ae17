import { expect, test } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { answer, mooring, startApi } from '../../testing.ts';

const ASSET = 'ast_00000000000000000000';
const LINK = {
  id: 'lnk_00000000000000000000',
  name: 'labels',
  scope: { kind: 'filter', filter: { kind: 'image', recursive: true } },
  origins: null,
  hint: 'mrl_aaaa',
  memberId: null,
  memberName: null,
  createdAt: '2026-11-20T12:00:00.000Z',
  expiresAt: '2026-12-20T12:00:00.000Z',
  lastUsedAt: null,
  parentTokenId: null,
};
const CREATED = { ...LINK, token: 'mrl_secret', url: 'https://mooring.example/link/mrl_secret/{assetId}' };

test.each([
  [['--asset', ASSET], { kind: 'asset', assetId: ASSET }],
  [['--kind', 'image', '--name', 'night'], { kind: 'filter', filter: { kind: 'image', name: 'night' } }],
  [['--all'], { kind: 'filter', filter: {} }],
])('create %j sends what it opens, and prints the link alone', async (args, scope) => {
  const { url, seen } = await startApi({ 'POST /v1/links': answer(CREATED, 201) });
  const origins = ['--origin', 'https://a.example', 'https://b.example', '--expires-in-days', '0.5'];
  const { code, stdout } = await mooring(url, ['link', 'create', 'labels', ...args, ...origins]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${CREATED.url}\n` });
  expect(seen[0]!.body).toEqual({
    name: 'labels',
    scope,
    origins: ['https://a.example', 'https://b.example'],
    expiresInSeconds: 43_200,
  });
});

test.each([
  [],
  ['--all', '--asset', ASSET],
  ['--asset', ASSET, '--kind', 'image'],
  ['--expires-in-days', ''],
])('create %j %s is refused', async (...args) => {
  expect(await mooring('http://127.0.0.1:9', ['link', 'create', 'labels', ...args])).toMatchObject({
    code: EXIT.usage,
  });
});

test('list shows what each opens', async () => {
  const { url } = await startApi({ 'GET /v1/links': answer({ items: [LINK], nextCursor: null }) });
  const { stdout } = await mooring(url, ['link', 'list']);
  expect(stdout).toMatch(/lnk_0+ +labels +kind=image +any +service +never/);
});

test('revoke says that it is revoked', async () => {
  const { url } = await startApi({ [`DELETE /v1/links/${LINK.id}`]: answer(null, 204) });
  const { stdout } = await mooring(url, ['link', 'revoke', LINK.id]);
  expect(stdout).toBe(`${LINK.id} is revoked.\n`);
});
