import { text } from 'node:stream/consumers';
import type { ExportFormat, ExportRequest } from '@mooring/contract';
import { tableFromIPC } from 'apache-arrow';
import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestHttpServer } from './testing.ts';

let server: TestHttpServer;
let place: { connectionId: string; sourceId: string };
/** In the order of the export. */
let ids: string[];

const NASTY = 'names/a "quoted", name\n%20 日本.jpg';

beforeAll(async () => {
  server = await startTestServer();
  place = await server.connect();
  const objects: [string, string][] = [
    ['cam/1.jpg', 'image/jpeg'],
    ['cam/2.mp4', 'video/mp4'],
    [NASTY, 'image/jpeg'],
    ['notes.txt', 'text/plain'],
  ];
  ids = [];
  for (const [key, type] of objects) ids.push(await server.add(place, key, key, type));
  const { db } = server.services;
  const probed = (id: string, facts: object) =>
    db
      .updateTable('assets')
      .set(eb => ({ probed_etag: eb.ref('etag'), probed_at: new Date(), ...facts }))
      .where('id', '=', id)
      .execute();
  await probed(ids[0]!, { media_kind: 'image', width: 640, height: 480 });
  await probed(ids[1]!, {
    ...{ media_kind: 'video', width: 1920, height: 1080, frames: 50, duration_seconds: 2 },
    media: JSON.stringify({ fps: 25 }),
  });
  await server.process.pool.query(
    `update assets set kind = 'image', title = 'A title', tags = '{"a,b",night}', client_metadata = '{"patient": "p-7", "n": 1}' where id = $1`,
    [ids[2]],
  );
  await db.updateTable('assets').set({ kind: 'text' }).where('id', '=', ids[3]!).execute();
  await db.updateTable('sources').set({ asset_count: objects.length }).execute();
});
afterAll(() => server.stop());

const ask = (format: ExportFormat, wanted: Partial<ExportRequest> = {}, token = server.admin) =>
  server.send('/v1/assets/export', { method: 'POST', body: { format, ...wanted }, token });
async function read(format: ExportFormat, wanted: Partial<ExportRequest> = {}): Promise<string> {
  const answer = await ask(format, wanted);
  expect(answer.status).toBe(200);
  return answer.text();
}
const bytes = async (format: ExportFormat) => (await ask(format)).arrayBuffer();
const lines = (export_: string) =>
  export_
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>);

describe('tables', () => {
  const expected = () => [
    { id: ids[0], path: 'data/cam/1.jpg', kind: 'image', width: 640, height: 480, status: 'present' },
    { id: ids[1], path: 'data/cam/2.mp4', kind: 'video', frames: 50, durationSeconds: 2, fps: 25 },
    { id: ids[2], path: `data/${NASTY}`, title: 'A title', width: null, url: null },
    { id: ids[3], path: 'data/notes.txt', name: 'notes.txt', mediaType: 'text/plain', sizeBytes: 9 },
  ];

  it('JSON lines', async () => {
    const found = lines(await read('jsonl'));
    expect(found).toMatchObject(expected());
    expect(found[2]).toMatchObject({
      clientMetadata: { patient: 'p-7', n: 1 },
      tags: ['a,b', 'night'],
      split: null,
    });
  });

  it('CSV, with quotes where they are needed', async () => {
    const found = parse(await read('csv'), { columns: true }) as Record<string, string>[];
    const asText = (row: object) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, value === null ? '' : String(value)]),
      );
    expect(found).toMatchObject(expected().map(asText));
    expect(JSON.parse(found[2]!.clientMetadata!)).toEqual({ patient: 'p-7', n: 1 });
    expect(JSON.parse(found[2]!.tags!)).toEqual(['a,b', 'night']);
  });

  it('CSV, in which no text is a formula', async () => {
    const other = await server.connect();
    for (const key of ['=HYPERLINK("x")', 'a/@b', 'c=d']) await server.add(other, key, key);
    await server.services.db
      .updateTable('sources')
      .set({ asset_count: 3 })
      .where('id', '=', other.sourceId)
      .execute();
    const rows = parse(await read('csv', { filter: { sourceId: other.sourceId } }), { columns: true });
    expect((rows as { name: string }[]).map(({ name }) => name)).toEqual([`'=HYPERLINK("x")`, "'@b", 'c=d']);
    await server.services.db.deleteFrom('assets').where('source_id', '=', other.sourceId).execute();
  });

  it('Parquet', async () => {
    const found = await parquetReadObjects({ file: await bytes('parquet') });
    const plain = found.map(row =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
      ),
    );
    expect(plain).toMatchObject(expected());
    expect(plain[0]!.lastModified).toBeInstanceOf(Date);
  });

  it('an Arrow stream', async () => {
    const table = tableFromIPC(new Uint8Array(await bytes('arrow')));
    const plain = table
      .toArray()
      .map(row =>
        Object.fromEntries(
          Object.entries(row.toJSON()).map(([name, value]) => [
            name,
            typeof value === 'bigint' ? Number(value) : value,
          ]),
        ),
      );
    expect(plain).toMatchObject(expected());
    expect(table.schema.fields.find(({ name }) => name === 'lastModified')?.type.toString()).toBe(
      'Timestamp<MILLISECOND, UTC>',
    );
  });

  it('are empty, and whole, where nothing matches', async () => {
    const filter = { name: 'no such thing' };
    expect(await read('jsonl', { filter })).toBe('');
    expect((await read('csv', { filter })).trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(await read('label-studio', { filter }))).toEqual([]);
    expect(JSON.parse(await read('coco', { filter }))).toMatchObject({ images: [] });
    for (const format of ['parquet', 'arrow'] as const)
      expect((await ask(format, { filter })).status).toBe(200);
    const none = await (await ask('parquet', { filter })).arrayBuffer();
    expect(await parquetReadObjects({ file: none })).toEqual([]);
    const noRows = await (await ask('arrow', { filter })).arrayBuffer();
    expect(tableFromIPC(new Uint8Array(noRows)).numRows).toBe(0);
  });
});

describe('formats of other tools', () => {
  it('tasks of Label Studio', async () => {
    const tasks = JSON.parse(await read('label-studio'));
    expect(tasks.map(({ data }: { data: object }) => data)).toMatchObject([
      { image: 'data/cam/1.jpg', assetId: ids[0] },
      { video: 'data/cam/2.mp4' },
      { image: `data/${NASTY}`, name: 'A title' },
      { text: 'data/notes.txt' },
    ]);
    expect(tasks[2].meta).toMatchObject({ patient: 'p-7', mooring: { assetId: ids[2] } });
  });

  it('a manifest of CVAT, of images whose size is known', async () => {
    expect(lines(await read('cvat'))).toEqual([
      { version: '1.1' },
      { type: 'images' },
      {
        ...{ name: 'cam/1', extension: '.jpg', width: 640, height: 480 },
        meta: { related_images: [], mooring: { assetId: ids[0] } },
        checksum: expect.any(String),
      },
    ]);
  });

  it('metadata of a Hugging Face folder', async () => {
    const found = lines(await read('hugging-face'));
    expect(found.map(line => line.file_name)).toEqual(['cam/1.jpg', 'cam/2.mp4', NASTY, 'notes.txt']);
    expect(new Set(found.map(line => Object.keys(line).join()))).toHaveProperty('size', 1);
  });

  it('images of COCO', async () => {
    expect(JSON.parse(await read('coco'))).toMatchObject({
      annotations: [],
      categories: [],
      images: [{ id: 1, file_name: 'cam/1.jpg', width: 640, height: 480, asset_id: ids[0] }],
    });
  });

  it('an upload file of Encord', async () => {
    expect(JSON.parse(await read('encord'))).toMatchObject({
      images: [
        { objectUrl: 'data/cam/1.jpg', imageMetadata: { width: 640, height: 480 } },
        { objectUrl: `data/${NASTY}`, title: 'A title', clientMetadata: { patient: 'p-7' } },
      ],
      videos: [{ objectUrl: 'data/cam/2.mp4', videoMetadata: { fps: 25, duration: 2 } }],
      audio: [],
      text: [{ objectUrl: 'data/notes.txt' }],
      skip_duplicate_urls: true,
    });
  });

  it('items of V7', async () => {
    expect(JSON.parse(await read('v7'))).toEqual({
      items: [
        { path: '/cam', type: 'image', name: '1.jpg', storage_key: 'data/cam/1.jpg' },
        { path: '/cam', type: 'video', name: '2.mp4', storage_key: 'data/cam/2.mp4', fps: 25 },
        expect.objectContaining({ path: '/names', storage_key: `data/${NASTY}` }),
      ],
    });
  });

  it('a plain list, one a line', async () => {
    const found = (await read('uris')).trimEnd().split('\n');
    expect(found.map(decodeURIComponent)).toEqual(
      ['cam/1.jpg', 'cam/2.mp4', NASTY, 'notes.txt'].map(key => `data/${key}`),
    );
  });
});

describe('a version of a dataset', () => {
  let id: string;
  beforeAll(async () => {
    const made = await server.send('/v1/datasets', { method: 'POST', body: { name: 'To export' } });
    ({ id } = (await made.json()) as { id: string });
    const { pool } = server.process;
    // As a version is written. Of its two members one was another before, and one is a video now.
    await pool.query(
      `insert into dataset_versions select workspace_id, id, 3, '', '{}', null, 2, 0, '{}', 0, 0, 0, 'op_1', now()
       from datasets where id = $1`,
      [id],
    );
    const member = (assetId: string, from: number, until: number | null, split: string, facts: object) =>
      pool.query(
        `insert into dataset_members select workspace_id, $1, source_id, number, $3, $4, id, connection_id, 'data', key,
           'old', 5, null, '2026-01-02T03:04:05Z', $5, $6 from assets where id = $2`,
        [id, assetId, from, until, split, facts],
      );
    await member(ids[0]!, 1, 3, 'test', { kind: 'image' });
    await member(ids[0]!, 3, null, 'train', { kind: 'image', width: 7, height: 8, tags: ['a,b', 'night'] });
    await member(ids[1]!, 2, null, 'test', { kind: 'pdf', clientMetadata: { patient: 'p-1' } });
    await member(ids[2]!, 4, null, 'test', { kind: 'image' });
  });

  it('is exported as it was', async () => {
    const found = lines(await read('jsonl', { dataset: { id, version: 3 } }));
    expect(found).toMatchObject([
      { id: ids[0], path: 'data/cam/1.jpg', etag: 'old', width: 7, split: 'train', tags: ['a,b', 'night'] },
      {
        id: ids[1],
        kind: 'pdf',
        sizeBytes: 5,
        split: 'test',
        tags: null,
        clientMetadata: { patient: 'p-1' },
      },
    ]);
    const [task] = JSON.parse(await read('label-studio', { dataset: { id, version: 3 } }));
    expect(task.meta.mooring).toMatchObject({ split: 'train', tags: ['a,b', 'night'] });
    expect(JSON.parse(await read('encord', { dataset: { id, version: 3 } }))).toMatchObject({
      images: [{ objectUrl: 'data/cam/1.jpg' }],
      videos: [],
      pdfs: [{ objectUrl: 'data/cam/2.mp4' }],
    });
  });

  it('is exported by its splits', async () => {
    expect(await read('uris', { dataset: { id, version: 3, split: 'test' } })).toBe('data/cam/2.mp4\n');
    expect(await read('uris', { dataset: { id, version: 3, split: 'validation' } })).toBe('');
  });

  it('needs a version that is there, and takes no filter', async () => {
    expect((await ask('csv', { dataset: { id, version: 4 } })).status).toBe(404);
    expect((await ask('csv', { dataset: { id, version: 2 ** 31 } })).status).toBe(400);
    const refused = await ask('csv', { dataset: { id, version: 3 }, filter: { kind: 'image' } });
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { code: 'invalid_request', detail: expect.stringContaining('takes no filter') },
    ]);
  });
});

describe('addresses', () => {
  it('are paths unless something else is asked for by name', async () => {
    for (const format of ['jsonl', 'csv', 'uris', 'label-studio', 'encord'] as const)
      expect(await read(format)).not.toMatch(/https?:|sig=|relay/);
  });

  it('are links that open the assets', async () => {
    const body = { name: 'for tasks', scope: { kind: 'filter', filter: {} } };
    const made = await server.send('/v1/links', { method: 'POST', body });
    const { token } = (await made.json()) as { token: string };
    const addresses = { kind: 'link', token } as const;
    for (const url of (await read('uris', { addresses })).trimEnd().split('\n')) {
      const answer = await fetch(url);
      expect([answer.status, await answer.text()]).toEqual([
        200,
        expect.stringMatching(/^(cam|names|notes)/),
      ]);
    }
    const wrong = await ask('jsonl', { addresses: { kind: 'link', token: `${token}x` } });
    expect([wrong.status, await wrong.json()]).toEqual([
      404,
      expect.objectContaining({ code: 'link_invalid' }),
    ]);
  });

  it('are signed URLs where they are asked for', async () => {
    const [first] = lines(await read('jsonl', { addresses: { kind: 'signed', expiresInSeconds: 60 } }));
    expect(await (await fetch(first!.url as string)).text()).toBe('cam/1.jpg');
  });
});

describe('an export', () => {
  it('holds what the filter finds, in the order of keys', async () => {
    const found = lines(await read('jsonl', { filter: { kind: 'image' } }));
    expect(found.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
    const { folderId } = found[0] as { folderId: string };
    expect(lines(await read('jsonl', { filter: { folderId, recursive: true } }))).toHaveLength(4);
  });

  it('goes on after an asset, without a heading', async () => {
    const whole = await read('csv');
    const rest = await read('csv', { after: ids[1] });
    expect(whole.endsWith(rest)).toBe(true);
    expect(rest.startsWith(ids[2]!)).toBe(true);
    const refused = await ask('parquet', { after: ids[1] });
    expect([refused.status, await refused.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'invalid_request' }),
    ]);
    expect((await ask('csv', { after: 'ast_00000000000000000000' })).status).toBe(404);
  });

  it.each(['csv', 'label-studio', 'cvat', 'coco', 'encord', 'v7', 'arrow'] as const)(
    'as %s is refused before it begins where its folder is not there',
    async format => {
      const refused = await ask(format, { filter: { folderId: 'fld_00000000000000000000' } });
      expect([refused.status, await refused.json()]).toEqual([
        404,
        expect.objectContaining({ code: 'not_found' }),
      ]);
    },
  );

  it('is the same however many batches it takes', async () => {
    const more = await server.connect();
    const many = 1700; // more than two batches
    await server.services.db.updateTable('sources').set({ asset_count: many }).execute();
    const { folderId } = await server.services.catalogue.getSource(server.workspaceId, more.sourceId);
    const { pool } = server.process;
    await pool.query(
      `insert into assets (workspace_id, id, connection_id, source_id, folder_id, key, kind, size_bytes, etag, last_modified, number, created_at, updated_at)
       select $1, 'ast_' || lpad(n::text, 20, '0'), $2, $3, $4, 'many/' || lpad(n::text, 6, '0'), 'other', n, n::text, now(), 1000 + n, now(), now()
       from generate_series(1, $5) as n`,
      [server.workspaceId, more.connectionId, more.sourceId, folderId, many],
    );
    const filter = { sourceId: more.sourceId };
    const keys = lines(await read('jsonl', { filter })).map(({ name }) => name);
    expect(keys).toEqual(Array.from({ length: many }, (_, n) => String(n + 1).padStart(6, '0')));
    const table = tableFromIPC(new Uint8Array(await (await ask('arrow', { filter })).arrayBuffer()));
    expect(table.numRows).toBe(many);
    expect(table.getChild('sizeBytes')?.get(many - 1)).toBe(BigInt(many));
    const answer = await ask('label-studio', { filter });
    expect(JSON.parse(await text(answer.body!))).toHaveLength(many);
  });

  it('is asked for by people who may see assets, and stands in the audit', async () => {
    expect((await ask('csv', {}, await server.newToken('viewer', { readOnly: true }))).status).toBe(200);
    const answer = await server.send('/v1/audit/entries?action=assets.exported');
    const { items } = (await answer.json()) as { items: { outcome: string }[] };
    expect(items.length).toBeGreaterThan(5);
    expect(items[0]).toMatchObject({ outcome: 'done' });
  });

  it('ends with the request that asked for it, so that others get its place', async () => {
    for (let round = 0; round < 5; round++) {
      const leaving = new AbortController();
      const body = { format: 'jsonl' };
      const answer = await server.send('/v1/assets/export', { method: 'POST', body, signal: leaving.signal });
      leaving.abort();
      await answer.text().catch(() => {});
    }
    expect((await ask('csv')).status).toBe(200);
  });

  it('that cannot be written into the audit is not sent, and others get its place', async () => {
    const { pool } = server.process;
    await pool.query('alter table audit_entries rename to audit_away');
    for (let round = 0; round < 3; round++) expect((await ask('jsonl')).status).toBe(500);
    await pool.query('alter table audit_away rename to audit_entries');
    expect((await ask('csv')).status).toBe(200);
  });
});
