import { signInCode } from '@mooring/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Schema } from '../catalogue/schema.ts';
import { STORAGE_KINDS } from '../kinds.ts';
import { createTestDatabase, type TestDatabase, testServers } from '../platform/database/testing.ts';
import { pureKinds } from '../platform/kinds.ts';
import { type Access, createAccess } from './access.ts';

const BASE_URL = 'https://mooring.example';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe.each(testServers)('access on $name', server => {
  let database: TestDatabase<Schema>;
  let access: Access;
  let now: Date;
  const clock = { now: () => now };
  const later = (ms: number) => {
    now = new Date(now.getTime() + ms);
  };

  beforeAll(async () => {
    database = await createTestDatabase<Schema>(server);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.pool.query('truncate workspaces cascade');
    now = new Date('2026-11-22T10:00:00Z');
    access = createAccess({ db: database.db, clock, kinds: pureKinds(STORAGE_KINDS) });
  });

  const firstCode = async () => signInCode((await access.ensureFirstRun(BASE_URL))!.url)!;
  const signIn = async () => access.signIn(await firstCode(), '192.0.2.1');
  const newToken = async (expiresInSeconds = 3600) =>
    access.createToken((await signIn()).caller, {
      name: 'ci',
      role: 'editor',
      readOnly: false,
      expiresInSeconds,
    });
  const byToken = (secret: string) => access.authenticate({ authorization: `Bearer ${secret}` });

  describe('the first run', () => {
    it('gives a link until the first sign-in, and never again', async () => {
      const link = await access.ensureFirstRun(BASE_URL);
      expect(link?.url).toMatch(/^https:\/\/mooring\.example\/sign-in#code=[\w-]{43}$/);
      expect(link?.expiresAt).toBe('2026-11-22T11:00:00.000Z');
      expect(await access.ensureFirstRun(BASE_URL)).not.toBeNull();
      await access.signIn(signInCode(link!.url)!, '192.0.2.1');
      expect(await access.ensureFirstRun(BASE_URL)).toBeNull();
      later(365 * DAY_MS);
      expect(await access.ensureFirstRun(BASE_URL)).toBeNull();
    });

    it('makes one workspace when several servers start at once', async () => {
      await Promise.all(Array.from({ length: 5 }, () => access.ensureFirstRun(BASE_URL)));
      const { rows } = await database.pool.query('select count(*) from workspaces');
      expect(rows).toEqual([{ count: 1 }]);
    });
  });

  describe('sign-in links', () => {
    it('begin a session of the administrator', async () => {
      const { secret, caller } = await signIn();
      expect(caller).toMatchObject({ via: 'session', role: 'administrator', name: 'Administrator' });
      expect(caller.expiresAt).toBe('2026-11-29T10:00:00.000Z');
      expect(await access.authenticate({ cookie: secret })).toEqual(caller);
    });

    it('work once, also when they are opened twice at the same moment', async () => {
      const code = await firstCode();
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, () => access.signIn(code, '192.0.2.1')),
      );
      expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1);
      await expect(access.signIn(code, '192.0.2.1')).rejects.toMatchObject({ code: 'sign_in_link_invalid' });
    });

    it('end after an hour', async () => {
      const code = await firstCode();
      later(HOUR_MS);
      await expect(access.signIn(code, '192.0.2.1')).rejects.toMatchObject({ code: 'sign_in_link_invalid' });
    });

    it('refuse an address that guesses for a while, and let it in with the right code', async () => {
      for (let i = 0; i < 10; i++) {
        await expect(access.signIn(`guess ${i}`, '192.0.2.1')).rejects.toMatchObject({
          code: 'sign_in_link_invalid',
        });
      }
      await expect(access.signIn('a guess', '192.0.2.1')).rejects.toMatchObject({
        code: 'too_many_requests',
      });
      await expect(access.signIn('a guess', '192.0.2.2')).rejects.toMatchObject({
        code: 'sign_in_link_invalid',
      });
      await expect(access.signIn(await firstCode(), '192.0.2.1')).resolves.toBeDefined();
      later(60_000);
      await expect(access.signIn('another guess', '192.0.2.1')).rejects.toMatchObject({
        code: 'sign_in_link_invalid',
      });
    });
  });

  describe('sessions', () => {
    it('end seven days after their last use, and 90 days after the sign-in', async () => {
      const { secret } = await signIn();
      const end = async () => (await access.authenticate({ cookie: secret })).expiresAt;
      later(HOUR_MS - 1);
      expect(await end()).toBe('2026-11-29T10:00:00.000Z');
      later(1);
      expect(await end()).toBe('2026-11-29T11:00:00.000Z');
      for (let day = 6; day < 90; day += 6) {
        later(6 * DAY_MS);
        await expect(access.authenticate({ cookie: secret })).resolves.toBeDefined();
      }
      expect(await end()).toBe('2027-02-20T10:00:00.000Z');
      later(6 * DAY_MS);
      await expect(access.authenticate({ cookie: secret })).rejects.toMatchObject({
        code: 'unauthenticated',
      });
    });

    it('that were begun at the OpenID provider end a day after that, used or not', async () => {
      await access.ensureFirstRun(BASE_URL);
      const person = {
        issuer: 'https://login.example',
        subject: 'ada',
        name: 'Ada',
        email: 'ada@example.org',
      };
      const begun = await access.signInFromProvider({ ...person, groupRole: null, newRole: 'viewer' });
      if (typeof begun === 'string') return expect.unreachable(begun);
      later(DAY_MS - 1);
      const found = await access.authenticate({ cookie: begun.secret });
      expect(found).toMatchObject({ isOidc: true, expiresAt: '2026-11-23T10:00:00.000Z' });
      later(1);
      await expect(access.authenticate({ cookie: begun.secret })).rejects.toMatchObject({
        code: 'unauthenticated',
      });
    });

    it('that are not used for seven days have ended', async () => {
      const { secret } = await signIn();
      later(7 * DAY_MS);
      await expect(access.authenticate({ cookie: secret })).rejects.toMatchObject({
        code: 'unauthenticated',
      });
    });

    it('end at once when signing out', async () => {
      const { secret } = await signIn();
      await access.signOut(secret);
      await expect(access.authenticate({ cookie: secret })).rejects.toMatchObject({
        code: 'unauthenticated',
      });
    });
  });

  describe('tokens', () => {
    it('authenticate until they expire', async () => {
      const { secret, id } = await newToken();
      expect(secret).toMatch(/^mrg_[\w-]{43}$/);
      expect(await byToken(secret)).toMatchObject({ id, via: 'token', role: 'editor', name: 'ci' });
      later(HOUR_MS);
      await expect(byToken(secret)).rejects.toMatchObject({ code: 'unauthenticated' });
    });

    it('stop at once when revoked', async () => {
      const { secret, id } = await newToken();
      const { workspaceId } = await byToken(secret);
      await access.deleteToken(workspaceId, id);
      await expect(byToken(secret)).rejects.toMatchObject({ code: 'unauthenticated' });
      await expect(access.deleteToken(workspaceId, id)).rejects.toMatchObject({ code: 'not_found' });
    });

    it('cannot be revoked from another workspace', async () => {
      const { secret, id } = await newToken();
      const other = access.deleteToken('ws_00000000000000000000', id);
      await expect(other).rejects.toMatchObject({ code: 'not_found' });
      await expect(byToken(secret)).resolves.toBeDefined();
    });

    it('remember when they were last used, to the minute', async () => {
      const { secret } = await newToken();
      const { workspaceId } = await byToken(secret);
      const lastUsed = async () => (await access.listTokens(workspaceId, { limit: 1 })).items[0]!.lastUsedAt;
      later(59_999);
      await byToken(secret);
      expect(await lastUsed()).toBe('2026-11-22T10:00:00.000Z');
      later(1);
      await byToken(secret);
      expect(await lastUsed()).toBe('2026-11-22T10:01:00.000Z');
    });

    it('are listed newest first, in pages, without their secrets', async () => {
      const { caller } = await signIn();
      const { workspaceId } = caller;
      for (const name of ['a', 'b', 'c']) {
        later(1);
        await access.createToken(caller, { name, role: 'viewer', readOnly: false, expiresInSeconds: 60 });
      }
      const first = await access.listTokens(workspaceId, { limit: 2 });
      expect(first.items.map(token => token.name)).toEqual(['c', 'b']);
      expect(JSON.stringify(first)).not.toContain('secret');
      const second = await access.listTokens(workspaceId, { limit: 2, cursor: first.nextCursor! });
      expect(second).toMatchObject({ items: [{ name: 'a', lastUsedAt: null }], nextCursor: null });
      await expect(access.listTokens(workspaceId, { limit: 2, cursor: '!' })).rejects.toMatchObject({
        code: 'invalid_request',
      });
    });
  });

  describe('what a token makes', () => {
    const admin = { role: 'administrator', readOnly: false, expiresInSeconds: 86_400 } as const;
    /** A token, and what came from it: a token, a link, and the session that another link opened. */
    const family = async (expiresInSeconds: number) => {
      const parent = await access.createToken((await signIn()).caller, {
        ...admin,
        name: 'p',
        expiresInSeconds,
      });
      const caller = await byToken(parent.secret);
      const child = await access.createToken(caller, { ...admin, name: 'c' });
      const link = await access.createSignInLink(caller, BASE_URL);
      const used = await access.createSignInLink(caller, BASE_URL);
      const session = await access.signIn(signInCode(used.url)!, '192.0.2.1');
      const grandchild = await access.createToken(session.caller, { ...admin, name: 'g' });
      return { parent, caller, child, link, session, grandchild };
    };

    it('ends with it at the latest', async () => {
      const { parent, child, link, session, grandchild } = await family(600);
      const ends = [child, link, session.caller, grandchild].map(({ expiresAt }) => expiresAt);
      expect(ends).toEqual(Array(4).fill(parent.expiresAt));
      expect([child, grandchild].map(({ parentTokenId }) => parentTokenId)).toEqual([parent.id, parent.id]);
      later(600_000);
      await expect(byToken(grandchild.secret)).rejects.toMatchObject({ code: 'unauthenticated' });
      await expect(access.authenticate({ cookie: session.secret })).rejects.toMatchObject({
        code: 'unauthenticated',
      });
    });

    it('has its own end where that is earlier', async () => {
      const { link, session } = await family(366 * 86_400);
      expect(link.expiresAt).toBe('2026-11-22T11:00:00.000Z');
      expect(session.caller.expiresAt).toBe('2026-11-29T10:00:00.000Z');
    });

    it('is revoked with it, also while it is being made', async () => {
      const { parent, caller, child, link, session, grandchild } = await family(86_400);
      await access.deleteToken(caller.workspaceId, parent.id);
      for (const { secret } of [child, grandchild])
        await expect(byToken(secret)).rejects.toMatchObject({ code: 'unauthenticated' });
      await expect(access.authenticate({ cookie: session.secret })).rejects.toMatchObject({
        code: 'unauthenticated',
      });
      await expect(access.signIn(signInCode(link.url)!, '192.0.2.1')).rejects.toMatchObject({
        code: 'sign_in_link_invalid',
      });
      // A request that was authenticated a moment before makes nothing any more.
      await expect(access.createToken(caller, { ...admin, name: 'late' })).rejects.toMatchObject({
        code: 'unauthenticated',
      });
      await expect(access.createSignInLink(caller, BASE_URL)).rejects.toMatchObject({
        code: 'unauthenticated',
      });
    });

    it('does not end with a session: the command line keeps its token when it signs out', async () => {
      const { secret, caller } = await signIn();
      const token = await access.createToken(caller, { ...admin, name: 'cli' });
      expect(token.parentTokenId).toBeNull();
      await access.signOut(secret);
      await expect(byToken(token.secret)).resolves.toBeDefined();
    });
  });

  it('lists sessions and sign-in links, and ends them', async () => {
    const first = await signIn();
    const { workspaceId } = first.caller;
    later(1);
    const link = await access.createSignInLink(first.caller, BASE_URL);
    const second = await access.signIn(signInCode(link.url)!, '192.0.2.1');
    later(1);
    const open = await access.createSignInLink(first.caller, BASE_URL);

    const page = await access.listSessions(first.caller, { limit: 1 });
    expect(page.items).toMatchObject([
      { id: second.caller.sessionId, name: 'Administrator', current: false },
    ]);
    const rest = await access.listSessions(first.caller, { limit: 1, cursor: page.nextCursor! });
    expect(rest).toMatchObject({ items: [{ id: first.caller.sessionId, current: true }], nextCursor: null });
    await access.endSession(workspaceId, second.caller.sessionId!);
    await expect(access.authenticate({ cookie: second.secret })).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    await expect(access.endSession(workspaceId, second.caller.sessionId!)).rejects.toMatchObject({
      code: 'not_found',
    });

    const { items } = await access.listSignInLinks(workspaceId, { limit: 10 });
    expect(items).toEqual([
      {
        ...{ id: open.id, memberId: first.caller.id, parentTokenId: null },
        ...{ createdAt: now.toISOString(), expiresAt: open.expiresAt },
      },
    ]);
    await access.deleteSignInLink(workspaceId, open.id);
    await expect(access.signIn(signInCode(open.url)!, '192.0.2.1')).rejects.toMatchObject({
      code: 'sign_in_link_invalid',
    });
    // One that was used is gone from the list, and stays: it says that a person has signed in.
    await expect(access.deleteSignInLink(workspaceId, link.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(access.endSession('ws_00000000000000000000', first.caller.sessionId!)).rejects.toMatchObject(
      { code: 'not_found' },
    );
  });

  it('refuses what is no credential, and counts a token before a cookie', async () => {
    const { secret } = await signIn();
    for (const credentials of [
      {},
      { cookie: '' },
      { cookie: 'nonsense' },
      { authorization: 'Basic dXNlcjpwYXNz' },
      { authorization: 'Bearer mrg_unknown' },
      { authorization: `Bearer ${secret}` },
      { authorization: 'Bearer mrg_unknown', cookie: secret },
    ]) {
      await expect(access.authenticate(credentials)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
  });

  it('stores nothing that lets anybody in', async () => {
    const link = await access.ensureFirstRun(BASE_URL);
    const code = signInCode(link!.url)!;
    const { secret, caller } = await access.signIn(code, '192.0.2.1');
    const token = await access.createToken(caller, {
      name: 'x',
      role: 'viewer',
      readOnly: false,
      expiresInSeconds: 60,
    });
    const tables = ['sign_in_links', 'sessions', 'tokens'];
    const { rows } = await database.pool.query(
      tables.map(table => `select row_to_json(t)::text as line from ${table} t`).join(' union all '),
    );
    expect(rows).toHaveLength(3);
    const stored = rows.map(row => row.line).join('\n');
    for (const value of [code, secret, token.secret]) {
      for (const written of [
        value,
        Buffer.from(value).toString('hex'),
        Buffer.from(value, 'base64url').toString('hex'),
      ]) {
        expect(stored).not.toContain(written);
      }
    }
  });
});
