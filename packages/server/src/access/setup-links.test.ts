import { azure } from '@mooring/azure';
import type { SetupRequest } from '@mooring/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Schema } from '../catalogue/schema.ts';
import { STORAGE_KINDS } from '../kinds.ts';
import { createTestDatabase, type TestDatabase, testServers } from '../platform/database/testing.ts';
import { pureKinds } from '../platform/kinds.ts';
import { createSetupLinks } from './setup-links.ts';
import { ensureWorkspace } from './workspaces.ts';

const BASE_URL = 'https://mooring.example';
const DAY_MS = 86_400_000;
const REQUEST: SetupRequest = {
  location: {
    account: 'acme',
    endpoint: 'https://acme.blob.core.windows.net',
    container: 'photos',
    prefix: 'it’s "2026"/',
  },
  identity: { kind: 'mooring-app', clientId: '11111111-2222-4333-8444-555555555555' },
  origins: [BASE_URL],
};

describe.each(testServers)('setup links on $name', server => {
  let database: TestDatabase<Schema>;
  let links: ReturnType<typeof createSetupLinks>;
  let workspaceId: string;
  let now: Date;
  const clock = { now: () => now };

  beforeAll(async () => {
    database = await createTestDatabase<Schema>(server);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.pool.query('truncate workspaces cascade');
    now = new Date('2026-11-22T10:00:00Z');
    links = createSetupLinks({ db: database.db, clock, kinds: pureKinds(STORAGE_KINDS) });
    workspaceId = await ensureWorkspace(database.db, clock);
  });

  const create = () =>
    links.createSetupLink({ workspaceId, memberId: null, tokenId: null }, REQUEST, BASE_URL);
  const tokenOf = (url: string) => url.slice(`${BASE_URL}/setup/`.length);
  const open = (url: string) => links.openSetupLink(tokenOf(url), '192.0.2.1');

  it('show the document and who asks, for 14 days', async () => {
    const { url, expiresAt } = await create();
    expect(url).toMatch(/^https:\/\/mooring\.example\/setup\/mrs_[\w-]{43}$/);
    expect(expiresAt).toBe('2026-12-06T10:00:00.000Z');
    const shown = { workspace: 'Default', expiresAt, document: azure.setup.generate(REQUEST) };
    expect(await open(url)).toEqual(shown);
    now = new Date(now.getTime() + 14 * DAY_MS - 1);
    expect(await open(url)).toEqual(shown);
    now = new Date(now.getTime() + 1);
    await expect(open(url)).rejects.toMatchObject({ code: 'setup_link_invalid' });
  });

  it('stop at once when taken back, and only by their own workspace', async () => {
    const { id, url } = await create();
    const elsewhere = links.deleteSetupLink('ws_00000000000000000000', id);
    await expect(elsewhere).rejects.toMatchObject({ code: 'not_found' });
    await open(url);
    await links.deleteSetupLink(workspaceId, id);
    await expect(open(url)).rejects.toMatchObject({ code: 'setup_link_invalid' });
    await expect(links.deleteSetupLink(workspaceId, id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('refuse an address that guesses for a while, and open for the right token all the same', async () => {
    const { url } = await create();
    const guess = () => links.openSetupLink('mrs_guess', '192.0.2.1');
    for (let i = 0; i < 10; i++) await expect(guess()).rejects.toMatchObject({ code: 'setup_link_invalid' });
    await expect(guess()).rejects.toMatchObject({
      code: 'too_many_requests',
      message: 'There were 10 setup links that do not work from this address within a minute.',
    });
    await expect(open(url)).resolves.toBeDefined();
  });

  it('are cleared away when they have ended, and stored without their token', async () => {
    const { url } = await create();
    const rows = async () =>
      (await database.pool.query('select row_to_json(l)::text as line from setup_links l')).rows;
    const [{ line }] = await rows();
    const token = tokenOf(url);
    for (const written of [token, token.slice(4), Buffer.from(token).toString('hex')])
      expect(line).not.toContain(written);
    now = new Date(now.getTime() + 14 * DAY_MS);
    await create();
    expect(await rows()).toHaveLength(1);
  });
});
