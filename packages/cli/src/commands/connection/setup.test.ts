import { azure } from '@mooring/azure';
import type { SetupRequest } from '@mooring/contract';
import { expect, test } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { answer, CLIENT_ID, CONNECTION, mooring, page, startApi } from '../../testing.ts';

const INSTALLATION = {
  version: '1.2.3',
  origins: ['https://mooring.example'],
  storageKinds: ['azure'],
  offers: {
    azure: {
      mooringApp: { clientId: CLIENT_ID },
      federation: {
        issuer: 'https://issuer.example',
        subject: 'mooring',
        audience: 'api://AzureADTokenExchange',
      },
      managedIdentity: true,
      azureCli: true,
    },
  },
};
const PHOTOS = 'https://acme.blob.core.windows.net/photos';

/** An installation that generates as a real one does, with one connection. */
const startInstallation = (connection: object = CONNECTION, installation: object = INSTALLATION) =>
  startApi({
    'GET /v1/installation': answer(installation),
    'GET /v1/connections': page(connection),
    'POST /v1/setup': (response, request) =>
      answer(azure.setup.generate(request.body as SetupRequest))(response, request),
    'POST /v1/setup-links': answer(
      {
        id: 'stl_00000000000000000000',
        url: 'https://mooring.example/setup/mrs_x',
        expiresAt: '2026-12-06T12:00:00.000Z',
      },
      201,
    ),
  });

test('prints a script for the container, with the origins of the installation', async () => {
  const { url, seen } = await startInstallation();
  const { code, stdout, stderr } = await mooring(url, ['connection', 'setup', PHOTOS]);
  expect({ code, stderr }).toEqual({ code: EXIT.ok, stderr: '' });
  expect(stdout).toMatch(/^# Before you begin\naz login\n/);
  expect(stdout).toContain('az ad app create --display-name Mooring');
  expect(stdout).toContain('https://mooring.example');
  expect(stdout).not.toContain('role assignment delete');
  expect(seen.at(-1)?.body).toMatchObject({ location: { account: 'acme', container: 'photos' } });
});

test('prints the format and the parts that are asked for', async () => {
  const { url } = await startInstallation();
  const args = ['connection', 'setup', PHOTOS, '--identity', 'mooring-app', '--narrowing', 'abac'];
  const { stdout } = await mooring(url, [...args, '--format', 'bicep', '--section', 'roles']);
  expect(stdout).toMatch(/^\/\/ Grant the roles\nresource mooringReader /);
  expect(stdout).toContain("conditionVersion: '2.0'");
});

test('takes identity, prefix and mark from a connection', async () => {
  const { url, seen } = await startInstallation({
    ...CONNECTION,
    credential: { kind: 'azure-mooring-app', tenantId: 't', clientId: CLIENT_ID },
    renditionPrefix: 'renditions/',
    ownership: { token: 'ws-abc', markerKey: '.mooring/owner-abc', provenAt: null, provenBy: null },
  });
  const { stdout } = await mooring(url, ['connection', 'setup', '--connection', 'photos', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ location: { container: 'photos' } });
  expect(seen.at(-1)?.body).toMatchObject({
    identity: { kind: 'mooring-app', clientId: CLIENT_ID },
    renditionPrefix: 'renditions/',
    ownership: { token: 'ws-abc', markerKey: '.mooring/owner-abc' },
  });
});

test('prints nothing but the link when it is to be shared', async () => {
  const { url } = await startInstallation();
  const { stdout, stderr } = await mooring(url, ['connection', 'setup', PHOTOS, '--share']);
  expect(stdout).toBe('https://mooring.example/setup/mrs_x\n');
  expect(stderr).toContain('opens without signing in');
});

test.each([
  [['--identity', 'mooring-app'], /has no app of its own/],
  [['--credential', 'federated'], /has no workload identity/],
  [['--format', 'yaml'], /format/],
  [['--section', 'nope'], /section/],
])('%j is refused with what to do', async (args, message) => {
  const { url, seen } = await startInstallation(CONNECTION, {
    ...INSTALLATION,
    offers: { azure: { mooringApp: null, federation: null } },
  });
  const { code, stderr, stdout } = await mooring(url, ['connection', 'setup', PHOTOS, ...args]);
  expect({ code, stdout }).toEqual({ code: EXIT.usage, stdout: '' });
  expect(stderr).toMatch(message);
  expect(seen.map(({ path }) => path)).not.toContain('/v1/setup');
});
