import { invitationCreate, type Role, signInCode, type tokenCreate } from '@mooring/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Schema } from '../catalogue/schema.ts';
import { STORAGE_KINDS } from '../kinds.ts';
import { createTestDatabase, type TestDatabase, testServers } from '../platform/database/testing.ts';
import { pureKinds } from '../platform/kinds.ts';
import { type Access, createAccess } from './access.ts';
import type { Caller } from './caller.ts';

const BASE_URL = 'https://mooring.example';
const ADDRESS = '192.0.2.1';
const DAY_MS = 86_400_000;

let database: TestDatabase<Schema>;
let access: Access;
let now: Date;
let admin: Caller;

beforeAll(async () => {
  database = await createTestDatabase<Schema>(testServers[0]!);
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('truncate workspaces cascade');
  now = new Date('2026-11-22T10:00:00Z');
  access = createAccess({ db: database.db, clock: { now: () => now }, kinds: pureKinds(STORAGE_KINDS) });
  const link = await access.ensureFirstRun(BASE_URL);
  admin = (await access.signIn(signInCode(link!.url)!, ADDRESS)).caller;
});

const codeOf = (url: string) => new URL(url).hash.slice('#code='.length);
const invite = (email: string, role: Role = 'editor', maker = admin) =>
  access.createInvitation(maker, invitationCreate.parse({ email, role }), BASE_URL);
const join = async (email: string, role: Role = 'editor', maker = admin) =>
  access.acceptInvitation(codeOf((await invite(email, role, maker)).url), email.split('@')[0]!, ADDRESS);
const wanted = (token: Partial<z.output<typeof tokenCreate>> = {}): z.output<typeof tokenCreate> => ({
  ...{ name: 'x', role: 'administrator', readOnly: false, scope: null, expiresInSeconds: 3600 },
  ...token,
});
const byToken = (secret: string) => access.authenticate({ authorization: `Bearer ${secret}` });
const refusedWith = (code: string) => ({ code });
const ends = (work: Promise<unknown>) => expect(work).rejects.toMatchObject(refusedWith('unauthenticated'));

describe('invitations', () => {
  it('make a member of the role, once, and begin their session', async () => {
    const made = await invite('Ada@example.org', 'annotator');
    expect(made).toMatchObject({ email: 'Ada@example.org', role: 'annotator', invitedBy: 'Administrator' });
    expect(made.url).toMatch(/^https:\/\/mooring\.example\/join#code=[\w-]{43}$/);
    const code = codeOf(made.url);
    expect(await access.openInvitation(code, ADDRESS)).toEqual({
      ...{ workspace: 'Default', email: 'Ada@example.org', role: 'annotator' },
      expiresAt: '2026-11-29T10:00:00.000Z',
    });
    now = new Date(now.getTime() + 1); // so that the order of the list is clear
    const tried = await Promise.allSettled(
      Array.from({ length: 4 }, () => access.acceptInvitation(code, 'Ada', ADDRESS)),
    );
    const [joined, ...others] = tried.filter(({ status }) => status === 'fulfilled');
    expect(others).toEqual([]);
    const { secret, caller } = (joined as PromiseFulfilledResult<{ secret: string; caller: Caller }>).value;
    expect(caller).toMatchObject({ name: 'Ada', role: 'annotator', via: 'session', readOnly: false });
    expect(await access.authenticate({ cookie: secret })).toEqual(caller);
    const { items } = await access.listMembers(caller, { limit: 10 });
    expect(items).toMatchObject([
      { name: 'Administrator', email: null, role: 'administrator', current: false },
      { name: 'Ada', email: 'Ada@example.org', current: true, lastSignedInAt: now.toISOString() },
    ]);
    await expect(access.openInvitation(code, ADDRESS)).rejects.toMatchObject(
      refusedWith('invitation_invalid'),
    );
  });

  it('end at their time, when revoked, and when another takes their place', async () => {
    const first = await invite('a@example.org');
    const second = await invite('A@EXAMPLE.org', 'viewer');
    const open = (made: { url: string }) => access.openInvitation(codeOf(made.url), ADDRESS);
    await expect(open(first)).rejects.toMatchObject(refusedWith('invitation_invalid'));
    expect(await access.listInvitations(admin.workspaceId, { limit: 10 })).toMatchObject({
      items: [{ id: second.id, role: 'viewer' }],
    });
    await access.deleteInvitation(admin.workspaceId, second.id);
    await expect(open(second)).rejects.toMatchObject(refusedWith('invitation_invalid'));
    const third = await invite('a@example.org');
    now = new Date(now.getTime() + 7 * DAY_MS);
    await expect(open(third)).rejects.toMatchObject(refusedWith('invitation_invalid'));
    await expect(access.acceptInvitation(codeOf(third.url), 'A', ADDRESS)).rejects.toMatchObject(
      refusedWith('invitation_invalid'),
    );
  });

  it('are refused for an address that a member has', async () => {
    await join('ada@example.org');
    await expect(invite('ADA@example.org')).rejects.toMatchObject(refusedWith('conflict'));
  });

  it('store nothing that lets a reader of the database in', async () => {
    const code = codeOf((await invite('a@example.org')).url);
    const { rows } = await database.pool.query('select row_to_json(i)::text as line from invitations i');
    for (const written of [code, Buffer.from(code, 'base64url').toString('hex')])
      expect(rows[0].line).not.toContain(written);
  });
});

describe('a role', () => {
  it('counts from the next request on, for sessions and personal tokens, not for service tokens', async () => {
    const { secret, caller } = await join('ada@example.org', 'administrator');
    const personal = await access.createToken(caller, wanted());
    const service = await access.createToken(caller, wanted({ kind: 'service' }));
    expect([personal, service]).toMatchObject([
      { kind: 'personal', memberId: caller.id, memberName: 'ada' },
      { kind: 'service', memberId: null, memberName: null },
    ]);
    await access.updateMember(admin, caller.id, { role: 'viewer' });
    expect((await access.authenticate({ cookie: secret })).role).toBe('viewer');
    expect((await byToken(personal.secret)).role).toBe('viewer');
    expect((await byToken(service.secret)).role).toBe('administrator');
    // A request that was let in a moment before makes nothing any more.
    await ends(access.createToken(caller, wanted()));
    await ends(invite('late@example.org', 'administrator', caller));
  });

  it('that becomes less ends the links and invitations that an administrator made', async () => {
    const { caller } = await join('ada@example.org', 'administrator');
    const bob = await join('bob@example.org', 'editor');
    const asBob = await access.createSignInLink(caller, BASE_URL, bob.caller.id);
    const used = await access.createSignInLink(caller, BASE_URL, bob.caller.id);
    const opened = await access.signIn(signInCode(used.url)!, ADDRESS);
    const invitation = await invite('eve@example.org', 'administrator', caller);
    await access.updateMember(admin, caller.id, { role: 'editor' });
    await expect(access.signIn(signInCode(asBob.url)!, ADDRESS)).rejects.toMatchObject(
      refusedWith('sign_in_link_invalid'),
    );
    await expect(access.acceptInvitation(codeOf(invitation.url), 'Eve', ADDRESS)).rejects.toMatchObject(
      refusedWith('invitation_invalid'),
    );
    await ends(access.authenticate({ cookie: opened.secret }));
    await expect(access.authenticate({ cookie: bob.secret })).resolves.toBeDefined();
  });

  it('of the last administrator stays, also when two become less at once', async () => {
    const less = (memberId: string) => access.updateMember(admin, memberId, { role: 'editor' });
    await expect(less(admin.id)).rejects.toMatchObject(refusedWith('conflict'));
    await expect(access.removeMember(admin.workspaceId, admin.id)).rejects.toMatchObject(
      refusedWith('conflict'),
    );
    const { caller } = await join('ada@example.org', 'administrator');
    const both = await Promise.allSettled([
      less(admin.id),
      access.removeMember(admin.workspaceId, caller.id),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('a person who leaves', () => {
  it('takes sessions, personal tokens, links and invitations along, and leaves service tokens', async () => {
    const { secret, caller } = await join('ada@example.org', 'administrator');
    const token = await access.createToken(caller, wanted());
    const child = await access.createToken(await byToken(token.secret), wanted());
    const service = await access.createToken(caller, wanted({ kind: 'service' }));
    const link = await access.createSignInLink(caller, BASE_URL);
    const asAdmin = await access.createSignInLink(caller, BASE_URL, admin.id);
    const opened = await access.signIn(
      signInCode((await access.createSignInLink(caller, BASE_URL, admin.id)).url)!,
      ADDRESS,
    );
    const invitation = await invite('eve@example.org', 'administrator', caller);
    await access.removeMember(admin.workspaceId, caller.id);

    for (const cookie of [secret, opened.secret]) await ends(access.authenticate({ cookie }));
    for (const { secret: gone } of [token, child]) await ends(byToken(gone));
    await expect(byToken(service.secret)).resolves.toMatchObject({ role: 'administrator' });
    for (const { url } of [link, asAdmin])
      await expect(access.signIn(signInCode(url)!, ADDRESS)).rejects.toMatchObject(
        refusedWith('sign_in_link_invalid'),
      );
    await expect(access.openInvitation(codeOf(invitation.url), ADDRESS)).rejects.toMatchObject(
      refusedWith('invitation_invalid'),
    );
    await ends(access.createSignInLink(caller, BASE_URL));
    await expect(access.removeMember(admin.workspaceId, caller.id)).rejects.toMatchObject(
      refusedWith('not_found'),
    );
  });

  it('is of one workspace: another cannot remove or change them', async () => {
    const elsewhere = { workspaceId: 'ws_00000000000000000000', memberId: null };
    await expect(access.removeMember(elsewhere.workspaceId, admin.id)).rejects.toMatchObject(
      refusedWith('not_found'),
    );
    await expect(access.updateMember(elsewhere, admin.id, { name: 'x' })).rejects.toMatchObject(
      refusedWith('not_found'),
    );
  });
});

it('changes names and addresses, and keeps an address for one member', async () => {
  const { caller } = await join('ada@example.org');
  const change = { name: 'Root', email: 'root@example.org' };
  expect(await access.updateMember(admin, admin.id, change)).toMatchObject({ ...change, current: true });
  const taken = access.updateMember(admin, caller.id, { email: 'ROOT@example.org' });
  await expect(taken).rejects.toMatchObject(refusedWith('conflict'));
});

it('signs in the member whom a link is for, and the first run stays over when the first member has left', async () => {
  const { caller } = await join('ada@example.org', 'administrator');
  const link = await access.createSignInLink(admin, BASE_URL, caller.id);
  expect((await access.signIn(signInCode(link.url)!, ADDRESS)).caller.id).toBe(caller.id);
  await access.removeMember(admin.workspaceId, admin.id);
  expect(await access.ensureFirstRun(BASE_URL)).toBeNull();
  await expect(access.createSignInLink(caller, BASE_URL, admin.id)).rejects.toMatchObject(
    refusedWith('not_found'),
  );
});
