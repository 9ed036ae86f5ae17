import type { CheckId, Connection, Fix, Source } from '@mooring/contract';
import { createIdentities, type Identities, type Storage, startStorage } from '@mooring/emulators';
import { MooringApiError } from '@mooring/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cli } from '../support/cli.ts';
import { connect, locationOf, withApp } from '../support/connect.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { assetsOf, sync } from '../support/sync.ts';

let storage: Storage;
let identities: Identities;
let mooring: Mooring;
let cli: Cli;
let made: { connection: Connection; source: Source };

beforeAll(async () => {
  storage = await startStorage();
  await storage.put({ key: 'a/hello.txt', body: 'Hello, world.', contentType: 'text/plain' });
  identities = await createIdentities(storage, { path: process.env.PATH ?? '' });
  mooring = await startMooring(storage, { ...identities.environment });
  cli = mooring.cli;
  made = await connect(mooring.client, storage);
});
afterAll(async () => {
  await mooring?.stop();
  await identities?.stop();
  await storage?.stop();
});

/** What the app registration may do from now on. */
const grant = (...actions: ('list' | 'read' | 'delegate')[]) => {
  storage.front.settings.roleAssignments = [{ principalId: storage.objectId, actions }];
};

/** The fix of the check that fails. */
async function fixOf({ id }: Connection, check: CheckId): Promise<Fix> {
  const { checks } = await mooring.client.runChecks(id);
  const failed = checks.filter(({ status }) => status === 'failed');
  expect(failed.map(one => one.id)).toEqual([check]);
  return failed[0]!.fix!;
}

const commandsOf = ({ snippets }: Fix): string[] => snippets.flatMap(({ text }) => text.split('\n'));
/** Each on a line of its own, however far it is indented. */
const printed = (text: string): string[] => text.split('\n').map(line => line.trim());

test('a sync that fails says what the checks say, also after a restart, and on the command line', async () => {
  grant();
  const { connection, source } = made;
  const fix = await fixOf(connection, 'list');
  expect(commandsOf(fix)).toContain('az role assignment create \\');
  const { id, status, problem } = await sync(mooring.client, source.id);
  expect({ status, problem }).toEqual({
    status: 'failed',
    problem: { code: 'storage_forbidden', detail: expect.any(String), fix: fix.steps[0], remedy: fix },
  });

  await mooring.halt();
  await mooring.restart();
  const read = await mooring.client.call('getOperation', { params: { operationId: id } });
  expect(read.problem!.remedy).toEqual(fix);

  const commands = commandsOf(fix).map(line => line.trim());
  const [doctor, shown, synced] = await Promise.all([
    cli.run(['connection', 'check', connection.id]),
    cli.run(['operation', 'show', id]),
    cli.run(['sync', source.id]),
  ]);
  for (const text of [doctor.stdout, shown.stdout, synced.stderr])
    expect(printed(text)).toEqual(expect.arrayContaining(commands));
});

test('a refused request of the API says it too', async () => {
  grant();
  const fix = await fixOf(made.connection, 'list');
  const params = { connectionId: made.connection.id };
  const refused = await mooring.client.call('browseConnection', { params }).catch(error => error);
  expect(refused).toBeInstanceOf(MooringApiError);
  expect((refused as MooringApiError).problem.remedy).toEqual(fix);
});

test('so does signing that is refused, with the role that it lacks', async () => {
  grant('list', 'read');
  const { connection, source } = made;
  expect((await sync(mooring.client, source.id)).status).toBe('succeeded');
  const [asset] = await assetsOf(mooring.client, source.id);
  const { items, problems } = await mooring.client.call('signAssets', { body: { assetIds: [asset!.id] } });
  expect(items).toEqual([]);
  const fix = await fixOf(connection, 'sign');
  expect(commandsOf(fix).join('\n')).toContain('Storage Blob Delegator');
  expect(problems[0]!.problem.remedy).toEqual(fix);
});

test('a refused credential is named as its own check names it, and not as the listing that it stopped', async () => {
  const clientSecret = 'not-the-secret~of.this_registration';
  const { connection, source } = await connect(mooring.client, storage, {
    ...withApp(storage),
    name: 'Wrong secret',
    credential: { kind: 'azure-app', ...storage.app, clientSecret },
  });
  const fix = await fixOf(connection, 'credential');
  expect(commandsOf(fix).join('\n')).toContain('az ad app credential reset');
  const { problem } = await sync(mooring.client, source.id);
  expect(problem!.remedy).toEqual(fix);
  expect(JSON.stringify(problem)).not.toContain(clientSecret);
});

test('a connection that its owner has not allowed says how the owner does', async () => {
  const connection = await mooring.client.call('createConnection', {
    body: {
      name: 'Not allowed',
      location: locationOf(storage),
      credential: identities.credentials['azure-mooring-app'],
    },
  });
  const fix = await fixOf(connection, 'ownership');
  const params = { connectionId: connection.id };
  for (const route of ['browseConnection', 'proveOwnership'] as const)
    await expect(mooring.client.call(route, { params })).rejects.toMatchObject({
      problem: { code: 'ownership_missing', remedy: fix },
    });
});
