import { describe, expect, test } from 'vitest';
import { EXIT } from '../exit-code.ts';
import { KINDS } from '../kinds.ts';
import { answer, CONNECTION, mooring, page, SAS, SOURCE, startApi } from '../testing.ts';
import { shelfCli } from './testing-kind.ts';

const BOTH = [KINDS[0]!, shelfCli];
const SHELVED = {
  ...CONNECTION,
  provider: 'shelf',
  location: { room: 'attic', container: 'a', prefix: '' },
  credential: { kind: 'shelf-key' },
};
const SHELF = { provider: 'shelf', location: { room: 'attic', container: 'a', prefix: '' } };
const AZURE = { provider: 'azure', location: { account: 'acme', container: 'photos' } };

describe('connection add', () => {
  const add = async (args: string[], stdin = '') => {
    const { url, seen } = await startApi({ 'POST /v1/connections': answer(SHELVED, 201) });
    const ran = await mooring(url, ['connection', 'add', ...args], { stdin }, BOTH);
    return { ...ran, sent: seen[0]?.body };
  };

  test.each<[string, string[], string, object]>([
    ['the address', ['shelf:attic', '--key-file', '-'], '1234', SHELF],
    ['the address', ['https://acme.blob.core.windows.net/photos', '--sas-token-file', '-'], SAS, AZURE],
    ['--kind', ['--kind', 'shelf', '--room', 'attic', '--key-file', '-'], '1234', SHELF],
    ['the options', ['--room', 'attic', '--key-file', '-'], '1234', SHELF],
    ['the options', ['--account=acme', '--container=photos', '--sas-token-file', '-'], SAS, AZURE],
  ])('knows the kind by %s', async (_, args, stdin, expected) => {
    const { code, sent, stdout } = await add(args, stdin);
    expect({ code, sent }).toMatchObject({ code: 0, sent: expected });
    expect(stdout).toMatch(/^room +attic$/m);
  });

  test('what the kind refuses is not sent', async () => {
    const { code, sent, stderr } = await add(['shelf:attic', '--key-file', '-'], '12345');
    expect({ code, sent }).toEqual({ code: EXIT.failed, sent: undefined });
    expect(stderr).toContain('A shelf key has four digits.\n  Fix: Read them off the shelf.');
  });

  test.each([
    [['--container', 'a'], 'Give --kind with one of azure, shelf.'],
    [['--kind', 'nope'], 'Allowed choices are azure, shelf.'],
    [['shelf:attic', '--key-file', '-', '--sas-token', 'b'], '--sas-token is not an option of Shelf.'],
    [['shelf:attic'], 'The key is missing.\n  Fix: Give --key-file.'],
    [['--kind', 'shelf', '--key-file', '-'], 'Which box?\n  Fix: Add its address, or --room.'],
  ])('%j says what is wrong, and sends nothing', async (args, expected) => {
    const { code, sent, stderr } = await add(args, '12345');
    expect({ code, sent }).toEqual({ code: EXIT.usage, sent: undefined });
    expect(stderr).toContain(expected);
  });
});

test('one flag of two kinds stands in the help once, with both descriptions', async () => {
  const { stdout } = await mooring('', ['connection', 'add', '--help'], {}, BOTH);
  expect(stdout).toContain('Connects a container of Azure Blob Storage or a box of Shelf.');
  expect(stdout.match(/^ +--container .*$/gm)).toEqual([
    expect.stringMatching(/ {2}the container; the box$/),
  ]);
  expect(stdout).toMatch(/--kind <kind> .*"azure", "shelf"/);
  expect(stdout).toContain('Shelf:\nLOCATION is the name of a shelf, such as\nshelf:attic; or give --room.');
});

test('the kind of a connection is that of its provider', async () => {
  const path = `POST /v1/connections/${CONNECTION.id}/credential`;
  const start = (connection: object) =>
    startApi({
      'GET /v1/connections': page(connection),
      [`GET /v1/connections/${CONNECTION.id}`]: answer(connection),
      [`GET /v1/sources/${SOURCE.id}`]: answer(SOURCE),
      [`POST /v1/sources/${SOURCE.id}/feeds`]: answer({ id: 'fed_1', address: null, webhookUrl: null }, 201),
      [path]: answer(SHELVED),
    });
  const { url, seen } = await start(SHELVED);
  const replace = ['connection', 'credential', 'photos', '--key-file', '-'];
  expect(await mooring(url, replace, { stdin: '1234' }, BOTH)).toMatchObject({ code: 0 });
  expect(seen.at(-1)!.body).toMatchObject({ credential: { kind: 'shelf-key', key: '1234' } });
  expect((await mooring(url, ['connection', 'list'], {}, BOTH)).stdout).toContain(' attic/a/\n');
  const feed = ['feed', 'add', SOURCE.id, '--queue', 'https://acme.queue.core.windows.net/q'];
  expect(await mooring(url, feed, {}, BOTH)).toMatchObject({
    code: EXIT.usage,
    stderr: expect.stringContaining('--queue is not an option of Shelf.'),
  });
  const unknown = await start({ ...CONNECTION, provider: 'cellar' });
  expect(await mooring(unknown.url, replace, { stdin: '1234' }, BOTH)).toMatchObject({
    code: EXIT.usage,
    stderr: expect.stringContaining('does not know the storage kind "cellar"'),
  });
});

test('a feed of a kind that tells of no changes is refused', async () => {
  const { url } = await startApi({
    [`GET /v1/sources/${SOURCE.id}`]: answer(SOURCE),
    [`GET /v1/connections/${CONNECTION.id}`]: answer(SHELVED),
  });
  const silent = { ...shelfCli, kind: { ...shelfCli.kind, feeds: [] } };
  expect(await mooring(url, ['feed', 'add', SOURCE.id], {}, [...KINDS, silent])).toMatchObject({
    code: EXIT.usage,
    stderr: expect.stringContaining('Shelf does not tell of changes.'),
  });
});
