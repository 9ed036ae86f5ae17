import type { Session, SetupLinkListed, SignInLinkListed, Token } from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import { createClient } from '@mooring/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../support/browser-session.ts';
import { type Cli, createCli } from '../support/cli.ts';
import { withApp } from '../support/connect.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';

// Sessions, links and tokens: who made them, what they end with, and how they are ended.

let storage: Storage;
let mooring: Mooring;
let cli: Cli;
const withToken = (token: string) =>
  createCli(mooring.home, { MOORING_URL: mooring.url, MOORING_TOKEN: token });
beforeAll(async () => {
  storage = await startStorage();
  mooring = await startMooring(storage);
  cli = mooring.cli;
});
afterAll(async () => {
  await mooring?.stop();
  await storage?.stop();
});

const tokenOf = async (args: string[] = []): Promise<Token & { secret: string }> =>
  cli.json(['token', 'create', '--name', 'a machine', '--role', 'administrator', ...args]);

test('a session is listed and ended on the command line', async () => {
  const browser = await openBrowser(mooring);
  const [newest] = await cli.json<Session[]>(['session', 'list']);
  expect(newest).toMatchObject({ name: 'Administrator', current: false });
  expect((await browser.call('GET', '/v1/me')).status).toBe(200);
  const ended = await cli.run(['session', 'end', newest!.id]);
  expect([ended.code, ended.stdout]).toEqual([0, `${newest!.id} has ended.\n`]);
  expect((await browser.call('GET', '/v1/me')).status).toBe(401);
  expect((await cli.run(['session', 'end', newest!.id])).code).not.toBe(0);
  const strange = await cli.run(['session', 'end', 'tok_x']);
  expect(strange.stderr).toMatch(/no id of a session or a link.*mooring session list/s);
});

test('links that still work are listed and ended on the command line', async () => {
  const { url } = await mooring.client.call('createSignInLink');
  const { provider, location } = await mooring.client.call('createConnection', { body: withApp(storage) });
  const identity = { kind: 'sas', expiresOn: '2027-02-20' };
  const setup = await mooring.client.call('createSetupLink', { body: { provider, location, identity } });
  const links = await cli.json<(SignInLinkListed | SetupLinkListed)[]>(['session', 'links']);
  expect(JSON.stringify(links)).not.toContain(new URL(url).hash.slice('#code='.length));
  const [signIn] = links;
  expect(links.map(({ id }) => id.split('_')[0])).toEqual(['sil', 'stl']);
  for (const id of [signIn!.id, setup.id]) expect((await cli.run(['session', 'end', id])).code).toBe(0);
  expect(await cli.json(['session', 'links'])).toEqual([]);
  expect((await fetch(new URL(`/v1/setup/${setup.url.split('/').at(-1)}`, mooring.url))).status).toBe(404);
  const spent = await fetch(`${mooring.url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: new URL(url).hash.slice('#code='.length) }),
  });
  expect(spent.status).toBe(401);
});

test('what a token makes ends with it, and is revoked with it', async () => {
  const parent = await tokenOf(['--expires-in-days', '2']);
  const machine = withToken(parent.secret);
  const child = await machine.json<Token & { secret: string }>([
    ...['token', 'create', '--name', 'child', '--role', 'administrator', '--expires-in-days', '300'],
  ]);
  expect(child).toMatchObject({ expiresAt: parent.expiresAt, parentTokenId: parent.id });
  const browser = await openBrowser({
    ...mooring,
    createSignInLink: async () =>
      (await createClient({ baseUrl: mooring.url, token: child.secret }).call('createSignInLink')).url,
  });
  const grandchild = await browser.call('POST', '/v1/tokens', {
    name: 'from the browser',
    role: 'administrator',
  });
  expect(grandchild.body).toMatchObject({ parentTokenId: child.id, expiresAt: parent.expiresAt });
  expect((await browser.call('GET', '/v1/me')).body).toMatchObject({ expiresAt: parent.expiresAt });

  expect((await cli.run(['token', 'revoke', parent.id])).code).toBe(0);
  for (const secret of [child.secret, String(grandchild.body.secret)]) {
    const orphan = createClient({ baseUrl: mooring.url, token: secret });
    await expect(orphan.call('getIdentity')).rejects.toMatchObject({ code: 'unauthenticated' });
  }
  expect((await browser.call('GET', '/v1/me')).status).toBe(401);
});
