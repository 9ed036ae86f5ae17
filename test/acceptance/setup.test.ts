import { spawnSync } from 'node:child_process';
import type { SetupDocument, SharedSetup } from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCli } from '../support/cli.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { filesBelow, secretsIn } from '../support/secrets.ts';

const PHOTOS = 'https://acme.blob.core.windows.net/photos/2026/';

let storage: Storage;
let mooring: Mooring;
beforeAll(async () => {
  storage = await startStorage();
  mooring = await startMooring(storage);
});
afterAll(async () => {
  await mooring?.stop();
  await storage?.stop();
});

const setup = async (...args: string[]): Promise<string> => {
  const environment = { MOORING_URL: mooring.url, MOORING_TOKEN: mooring.token };
  const { code, stdout, stderr } = await startCli(['connection', 'setup', ...args], environment).end();
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

test('the command line prints a script that a shell takes, for this installation', async () => {
  const script = await setup(PHOTOS, '--narrowing', 'abac');
  expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
  expect(script).toContain('az storage account show --name acme ');
  expect(script).toContain("StringStartsWith '\\''2026/'\\''");
  const { origins } = await mooring.client.call('getInstallation');
  for (const origin of origins) expect(script).toContain(origin);
});

test('the API answers what the command line prints', async () => {
  const printed = JSON.parse(await setup(PHOTOS, '--origin', 'https://mooring.example', '--json'));
  const answered = await mooring.client.call('generateSetup', {
    body: {
      location: {
        account: 'acme',
        endpoint: 'https://acme.blob.core.windows.net',
        container: 'photos',
        prefix: '2026/',
      },
      identity: { kind: 'app', clientId: null, credential: { kind: 'secret' } },
      origins: ['https://mooring.example'],
    },
  });
  expect(printed satisfies SetupDocument).toEqual(answered);
});

test('a link shows it to every person who has it, and its token is kept nowhere', async () => {
  const url = (await setup(PHOTOS, '--share')).trim();
  expect(url).toMatch(new RegExp(`^${mooring.url}/setup/mrs_[\\w-]{43}$`));
  const token = url.slice(url.lastIndexOf('/') + 1);
  const open = () => fetch(`${mooring.url}/v1/setup/${token}`);
  const shown = (await (await open()).json()) as SharedSetup;
  const own = JSON.parse(await setup(PHOTOS, '--json')) as SetupDocument;
  expect(shown).toEqual({ workspace: 'Default', expiresAt: expect.any(String), document: own });

  expect(await fetch(`${mooring.url}/v1/setup/${token.slice(0, -1)}`)).toMatchObject({ status: 404 });

  const secret = { name: 'the token of the link', value: token };
  expect(secretsIn(mooring.logs(), [secret])).toEqual([]);
  for (const { path, content } of await filesBelow(mooring.dataDir)) {
    expect(secretsIn(content, [secret]), path).toEqual([]);
  }
});
