import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { LinkCreate, LinkCreated } from '@mooring/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestHttpServer } from './testing.ts';

const run = promisify(execFile);
const LABELS = 'https://labels.example';

let server: TestHttpServer;
let place: { connectionId: string; sourceId: string };
let asset: string;
let other: string;

beforeAll(async () => {
  server = await startTestServer({ signs: true });
  place = await server.connect();
  asset = await server.add(place, 'night/a b.jpg', '0123456789', 'image/jpeg');
  other = await server.add(place, 'day/c.jpg', 'other', 'image/jpeg');
  await server.services.db.updateTable('sources').set({ asset_count: 2 }).execute();
});
afterAll(() => server.stop());

async function make(wanted: Partial<LinkCreate> = {}, token = server.admin): Promise<LinkCreated> {
  const body = { name: 'for a test', scope: { kind: 'asset', assetId: asset }, ...wanted };
  const answer = await server.send('/v1/links', { method: 'POST', body, token });
  expect(answer.status).toBe(201);
  return (await answer.json()) as LinkCreated;
}
const get = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(url, { headers, method, redirect: 'manual' });
const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;

describe('a link to an asset', () => {
  it('opens it without another credential, by a redirect that is fresh each time', async () => {
    const { url, token } = await make();
    expect(url).toBe(`${server.url}/link/${token}/${asset}`);
    for (const address of [url, `${url}/a%20b.jpg`]) {
      const answer = await get(address);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([302, 'no-store']);
      const opened = await fetch(answer.headers.get('location')!, { headers: { range: 'bytes=2-4' } });
      expect([opened.status, await opened.text()]).toEqual([206, '234']);
    }
    const head = await get(url, {}, 'HEAD');
    expect(head.status).toBe(302);
    const opened = await fetch(head.headers.get('location')!, { method: 'HEAD' });
    expect(opened.headers.get('content-length')).toBe('10');
  });

  it.each([
    ['curl', ['-sfL']],
    ['wget', ['-q', '-O', '-']],
    [
      'python3',
      ['-c', 'import sys, urllib.request as u; print(u.urlopen(sys.argv[1]).read().decode(), end="")'],
    ],
  ])('opens in %s', async (program, args) => {
    expect((await run(program, [...args, (await make()).url])).stdout).toBe('0123456789');
  });

  it('gives a script of any page the bytes from here, with ranges and conditions', async () => {
    const { url } = await make();
    const part = await get(url, { origin: LABELS, range: 'bytes=2-5' });
    expect([part.status, await part.text()]).toEqual([206, '2345']);
    expect(Object.fromEntries(part.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'content-range': 'bytes 2-5/10',
      'content-type': 'image/jpeg',
      'content-disposition': "inline; filename*=UTF-8''a%20b.jpg",
      'cache-control': 'private, no-cache',
      'cross-origin-resource-policy': 'cross-origin',
      vary: 'origin',
    });
    const etag = part.headers.get('etag')!;
    expect((await get(url, { origin: LABELS, 'if-none-match': etag })).status).toBe(304);
    const asked = await get(url, { origin: LABELS, 'access-control-request-headers': 'range' }, 'OPTIONS');
    expect([asked.status, asked.headers.get('access-control-allow-headers')]).toEqual([
      204,
      expect.stringContaining('Range'),
    ]);
    expect((await get(url, {}, 'POST')).status).toBe(405);
  });

  it('opens nothing else', async () => {
    const { token } = await make();
    for (const [path, code] of [
      [`${token}/${other}`, 'not_found'],
      [`${token}/ast_00000000000000000000`, 'not_found'],
      [token, 'not_found'],
      [`${token}/../${asset}`, 'not_found'],
    ] as const) {
      const answer = await get(`${server.url}/link/${path}`);
      expect([path, answer.status]).toEqual([path, 404]);
      if (!path.includes('..')) expect(await codeOf(answer)).toBe(code);
    }
    expect((await server.send('/v1/me', { token })).status).toBe(401);
  });

  it('does not work where it is guessed, altered or cut short', async () => {
    const { token } = await make();
    const last = token.at(-1) === 'A' ? 'Q' : 'A'; // the last character holds four bits of the secret
    for (const wrong of [
      `mrl_${'A'.repeat(43)}`,
      token.slice(0, -1) + last,
      token.slice(0, -1),
      `${token}A`,
      token.replace('mrl_', 'mrg_'),
      token.toUpperCase(),
      '%00',
      'mrl_',
    ]) {
      const answer = await get(`${server.url}/link/${wrong}/${asset}`);
      expect([wrong, answer.status, await codeOf(answer)]).toEqual([wrong, 404, 'link_invalid']);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    }
  });

  it('ends at once where it is revoked, with the addresses that it gave out', async () => {
    const { id, url } = await make();
    const token = await server.services.delivery.relayToken(server.workspaceId, {
      ...{ assetId: asset, callerId: id },
      seconds: 900,
    });
    const relayed = `${server.url}/relay/${token}`;
    expect((await get(relayed)).status).toBe(200);
    expect((await server.send(`/v1/links/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await codeOf(await get(url))).toBe('link_invalid');
    expect(await codeOf(await get(url, { origin: LABELS }))).toBe('link_invalid');
    expect(await codeOf(await get(relayed))).toBe('link_invalid');
    expect((await server.send(`/v1/links/${id}`, { method: 'DELETE' })).status).toBe(404);
  });

  it('works for pages of the origins that it is for, and for no others', async () => {
    const { url } = await make({ origins: [LABELS] });
    for (const [headers, status] of [
      [{ origin: LABELS }, 200],
      [{ referer: `${LABELS}/tasks/1` }, 302],
      [{ origin: 'https://evil.example' }, 403],
      [{ referer: 'https://evil.example/?https://labels.example' }, 403],
      [{ origin: 'null' }, 403],
      [{ referer: 'not an address' }, 403],
      [{}, 403],
    ] as const) {
      expect([headers, (await get(url, headers)).status]).toEqual([headers, status]);
    }
  });

  it('says that the object has gone', async () => {
    const gone = await server.add(place, 'gone.jpg', 'x');
    const { url } = await make({ scope: { kind: 'asset', assetId: gone } });
    const change = { gone_at: new Date(), gone_reason: 'missing' };
    await server.services.db.updateTable('assets').set(change).where('id', '=', gone).execute();
    for (const headers of [{}, { origin: LABELS }]) {
      const answer = await get(url, headers as Record<string, string>);
      expect([answer.status, await codeOf(answer)]).toEqual([410, 'asset_gone']);
    }
  });
});

describe('a link to a selection', () => {
  it('opens the assets that match, and no others', async () => {
    const { url } = await make({ scope: { kind: 'filter', filter: { name: 'night*' } } });
    expect(url).toMatch(/\/\{assetId\}$/);
    expect((await get(url.replace('{assetId}', asset))).status).toBe(302);
    expect(await codeOf(await get(url.replace('{assetId}', other)))).toBe('not_found');
  });

  it.each(['sourceId', 'connectionId'] as const)('goes by its %s', async field => {
    const { url } = await make({ scope: { kind: 'filter', filter: { [field]: place[field] } } });
    expect((await get(url.replace('{assetId}', other))).status).toBe(302);
    const elsewhere = await server.connect();
    const apart = await make({ scope: { kind: 'filter', filter: { [field]: elsewhere[field] } } });
    expect((await get(apart.url.replace('{assetId}', other))).status).toBe(404);
  });

  it('is refused where its folder or asset is not there', async () => {
    for (const scope of [
      { kind: 'filter', filter: { folderId: 'fld_00000000000000000000' } },
      { kind: 'asset', assetId: 'ast_00000000000000000000' },
    ]) {
      const body = { name: 'x', scope };
      expect((await server.send('/v1/links', { method: 'POST', body })).status).toBe(404);
    }
  });
});

describe('who may', () => {
  it('make one: an editor; it is listed without its token and ends with its maker', async () => {
    const editor = await server.newToken('editor');
    const { id, token, hint } = await make({ name: 'of an editor' }, editor);
    const list = await (await server.send('/v1/links', { token: editor })).text();
    expect(JSON.parse(list)).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ id, name: 'of an editor', hint })]),
    });
    expect(list).not.toContain(token);
    const { items } = (await (await server.send('/v1/tokens')).json()) as {
      items: { id: string; hint: string }[];
    };
    const maker = items.find(item => editor.startsWith(item.hint))!;
    expect((await get(`${server.url}/link/${token}/${asset}`)).status).toBe(302);
    await server.send(`/v1/tokens/${maker.id}`, { method: 'DELETE' });
    expect((await get(`${server.url}/link/${token}/${asset}`)).status).toBe(404);
  });

  it('see who used it: the audit names the link, and nothing that opens it', async () => {
    await server.send('/v1/audit', { method: 'PATCH', body: { recordsReads: true } });
    const { id, url, token } = await make({ name: 'audited' });
    await get(url);
    await get(url, { origin: LABELS }).then(answer => answer.text());
    const entries = await (await server.send('/v1/audit/entries')).text();
    const { items } = JSON.parse(entries) as { items: { action: string; caller: object }[] };
    expect(items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: 'link.created', subjectId: id }),
        expect.objectContaining({
          action: 'asset.signed',
          caller: { via: 'link', id, name: 'audited', sessionId: null },
          assetIds: [asset],
        }),
        expect.objectContaining({
          action: 'asset.relayed',
          caller: { via: 'relay', id, name: null, sessionId: null },
        }),
      ]),
    );
    await server.send('/v1/audit', { method: 'PATCH', body: { recordsReads: false } });
    for (const text of [entries, server.lines.join('\n')]) expect(text).not.toContain(token.slice(8));
  });
});
