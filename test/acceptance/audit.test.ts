import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Audit, AuditEntry, Token } from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cli } from '../support/cli.ts';
import { withSas } from '../support/connect.ts';
import { connectToEmbedded } from '../support/embedded-database.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { assetsOf, sync } from '../support/sync.ts';

// Who did, signed and read what, as an administrator reads it on the command line.

let storage: Storage;
let mooring: Mooring;
let cli: Cli;
beforeAll(async () => {
  storage = await startStorage();
  await storage.put({ key: 'a.txt', body: 'a', contentType: 'text/plain' });
  await storage.put({ key: 'b.txt', body: 'b', contentType: 'text/plain' });
  mooring = await startMooring(storage);
  cli = mooring.cli;
});
afterAll(async () => {
  await mooring?.stop();
  await storage?.stop();
});

const list = (...args: string[]) => cli.json<AuditEntry[]>(['audit', 'list', ...args]);
const verify = (...args: string[]) => cli.run(['audit', 'verify', ...args]);
const show = () => cli.json<Audit>(['audit', 'show']);

test('acts are found by caller, action and time', async () => {
  const before = new Date().toISOString();
  const token = await cli.json<Token>(['token', 'create', '--name', 'robot', '--role', 'viewer']);
  const [entry] = await list('--action', 'token.created', '--from', before);
  expect(entry).toMatchObject({ subjectId: token.id, detail: { name: 'robot', role: 'viewer' } });
  expect(await list('--caller', entry!.caller.id!, '--action', 'token.created')).toContainEqual(entry);
  expect(await list('--caller', token.id)).toEqual([]);
  expect(await list('--to', '2001-01-01')).toEqual([]);
  const human = await cli.run(['audit', 'list', '--limit', '1']);
  expect(human.stdout).toMatch(/NUMBER +WHEN +WHO +WHAT +ON +FROM\n/);
  expect(human.stdout).toMatch(/token\.created +tok_\w{20} +127\.0\.0\.1/);
  expect((await list('--action', 'session.begun')).at(-1)).toMatchObject({
    caller: { via: 'session', name: 'Administrator' },
  });
});

test('who signed and read an asset is found, once the workspace wants it', async () => {
  const { client } = mooring;
  expect(await cli.json(['audit', 'edit', '--reads', 'on', '--keep-days', '90'])).toMatchObject({
    ...{ recordsReads: true, keepDays: 90 },
  });
  const connection = await client.call('createConnection', { body: withSas(storage) });
  const source = await client.call('createSource', { body: { connectionId: connection.id, probes: false } });
  await sync(client, source.id);
  const [asset, other] = (await assetsOf(client, source.id)).map(({ id }) => id);
  const { items } = await client.call('signAssets', { body: { assetIds: [asset!, other!] } });
  const relayed = items.find(({ assetId }) => assetId === asset)!;
  expect(relayed.delivery).toBe('relay');
  expect((await fetch(relayed.url)).status).toBe(200);
  const found = await list('--asset', asset!);
  expect(found).toMatchObject([
    {
      ...{ action: 'asset.relayed', assetIds: [asset], address: '127.0.0.1' },
      ...{ detail: { endsAt: relayed.expiresAt }, caller: { via: 'relay' } },
    },
    { action: 'asset.signed', subjectId: connection.id, caller: { via: 'token' } },
  ]);
  expect(found[0]!.caller.id).toBe(found[1]!.caller.id); // it says to whom the address was given
  expect(found[1]!.assetIds.toSorted()).toEqual([asset, other].toSorted());
  await client.call('testObject', { params: { connectionId: connection.id }, body: { key: 'a.txt' } });
  expect((await list('--limit', '1'))[0]).toMatchObject({
    ...{ action: 'connection.object_tested', subjectId: connection.id },
    detail: { key: 'a.txt' },
  });
  const issued = await client.call('getIssuedUrls', { params: { connectionId: connection.id } });
  expect(issued.items).toContainEqual(expect.objectContaining({ assetId: null, key: 'a.txt' }));
});

test('an untouched chain is verified, on the server and from a file', async () => {
  const verified = await verify();
  const { lastSeq, lastHash } = await show();
  expect(verified).toMatchObject({ code: 0, stderr: '' });
  expect(verified.stdout).toBe(
    `✓ No entry was changed, and none is missing. Entries: ${lastSeq}.\n${lastSeq}:${lastHash}\n`,
  );
  const exported = await cli.run(['audit', 'export']);
  const file = join(mooring.home, 'audit.jsonl');
  await writeFile(file, exported.stdout);
  const lines = exported.stdout.trimEnd().split('\n');
  expect(lines.map(line => (JSON.parse(line) as AuditEntry).seq)).toEqual(lines.map((_, i) => i + 1));
  expect(await verify(file, '--noted', `${lastSeq}:${lastHash}`)).toMatchObject({ code: 0 });
  expect(exported.stdout).not.toContain(mooring.token);
  // Changed and shortened files.
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('"name":"robot"', '"name":"human"'));
  const changed = await verify(file);
  expect([changed.code, changed.stdout]).toEqual([5, expect.stringMatching(/^✗ Entry \d+ was changed/)]);
  await writeFile(file, lines.toSpliced(1, 1).join('\n'));
  expect(await verify(file)).toMatchObject({ code: 5, stdout: expect.stringMatching(/Entry 2 is missing/) });
  await writeFile(file, 'nonsense\n');
  expect(await verify(file)).toMatchObject({ code: 2, stderr: expect.stringContaining('Line 1') });
  expect((await verify('--noted', `1:${'0'.repeat(64)}`)).stdout).toMatch(/has another hash than the one/);
});

test('an entry that a person with the database changed, or took away, is found', async () => {
  const database = await connectToEmbedded(mooring.dataDir);
  const asAttacker = async (statement: string) => {
    await database.query('alter table audit_entries disable trigger user');
    await database.query(statement);
    await database.query('alter table audit_entries enable trigger user');
  };
  try {
    await expect(database.query(`update audit_entries set action = 'x'`)).rejects.toThrow(/never changed/);
    await expect(database.query('delete from audit_entries')).rejects.toThrow(/only by their age/);
    const before = await verify();
    expect(before.code).toBe(0);
    for (const [change, undo, fault] of [
      [
        `update audit_entries set caller_name = 'Bob' where seq = 2`,
        `update audit_entries set caller_name = k.caller_name from kept k where audit_entries.seq = k.seq`,
        /✗ Entry 2 was changed/,
      ],
      [
        `delete from audit_entries where seq = 2`,
        `insert into audit_entries select * from kept where seq = 2`,
        /✗ Entry 2 is missing/,
      ],
      [
        `delete from audit_entries where seq = (select max(seq) from kept)`,
        `insert into audit_entries select * from kept where seq = (select max(seq) from kept)`,
        /✗ Entry \d+ is missing/,
      ],
      [
        `update audit_chains set removed_seq = 2; delete from audit_entries where seq <= 2`,
        `update audit_chains set removed_seq = 0; insert into audit_entries select * from kept where seq <= 2`,
        /✗ Entry 3 does not hold the hash of entry 2/,
      ],
    ] as const) {
      await database.query('create temporary table kept as select * from audit_entries');
      await asAttacker(change);
      const found = await verify();
      expect([found.code, found.stdout], change).toEqual([5, expect.stringMatching(fault)]);
      await asAttacker(undo);
      await database.query('drop table kept');
      expect((await verify()).stdout).toBe(before.stdout);
    }
  } finally {
    await database.end();
  }
});

test('what the operator does on the machine is written down', async () => {
  const env = mooring.environment;
  for (const args of [
    ['sign-in-link', `--public-url=${mooring.url}`],
    ['export', join(mooring.home, 'copy.mooring')],
  ])
    expect(await cli.run(args, { env }), args[0]).toMatchObject({ code: 0 });
  expect((await list('--limit', '2')).map(({ action, caller }) => [action, caller.via])).toEqual([
    ['installation.exported', 'operator'],
    ['sign_in_link.created', 'operator'],
  ]);
  expect((await verify()).code).toBe(0);
});
