import type { Check, Connection } from '@mooring/contract';
import { createIdentities, type Identities, type Storage, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cli } from '../support/cli.ts';
import { locationOf, withSas } from '../support/connect.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';

let storage: Storage;
let identities: Identities;
let mooring: Mooring;
let cli: Cli;
let connection: Connection;

beforeAll(async () => {
  storage = await startStorage();
  identities = await createIdentities(storage, { path: process.env.PATH ?? '' });
  mooring = await startMooring(storage, { ...identities.environment });
  cli = mooring.cli;
  connection = await mooring.client.call('createConnection', {
    body: {
      name: 'Photos',
      location: locationOf(storage),
      credential: identities.credentials['azure-mooring-app'],
    },
  });
});
afterAll(async () => {
  await mooring?.stop();
  await identities?.stop();
  await storage?.stop();
});

test('consent: the command line says where an administrator goes', async () => {
  const { tenantId } = storage.app;
  const { code, stdout, stderr } = await cli.run(['connection', 'consent', '--tenant-id', tenantId]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^It ends .*\.\n$/) });
  const url = new URL(stdout.trim());
  expect(url.origin).toBe(storage.authorityHost);
  expect(url.pathname).toBe(`/${tenantId}/v2.0/adminconsent`);
  expect(url.searchParams.get('redirect_uri')).toBe(`${mooring.url}/v1/consent/callback`);
  expect(url.searchParams.get('client_id')).toBe(identities.mooringApp.clientId);
  const wrong = await cli.run(['connection', 'consent', '--tenant-id', 'common']);
  expect(wrong.code).not.toBe(0);
});

test('prove: without a mark the commands that set it are printed; with it, that it is there', async () => {
  const { token, markerKey } = connection.ownership!;
  const missing = await cli.run(['connection', 'prove', 'Photos']);
  expect(missing.code).toBe(5);
  expect(missing.stdout).toContain('Ownership');
  expect(missing.stdout).toContain(`--name ${markerKey}`);
  expect(missing.stdout).toContain(token);
  const json = await cli.run(['connection', 'prove', 'Photos', '--json']);
  expect(json.code).toBe(5);
  expect(JSON.parse(json.stdout) as Check).toMatchObject({ id: 'ownership', status: 'failed' });

  await storage.put({ key: markerKey, body: token });
  const found = await cli.run(['connection', 'prove', connection.id]);
  expect(found).toMatchObject({ code: 0, stdout: expect.stringContaining('marker-blob') });
  expect(await cli.json(['connection', 'prove', 'Photos'])).toMatchObject({
    ownership: { provenBy: 'marker-blob' },
  });
});

test('prove: an own credential has nothing to prove', async () => {
  const { id } = await mooring.client.call('createConnection', { body: withSas(storage) });
  const { code, stdout } = await cli.run(['connection', 'prove', id]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'The credential of this connection proves it by itself.\n',
  });
});
