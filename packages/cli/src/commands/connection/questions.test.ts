import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { run } from '../../run.ts';
import { answer, CLIENT_ID, CONNECTION, createTestIo, startApi, TENANT_ID } from '../../testing.ts';

const ENTER = '\r';
const ERASE = '\u0015'; // Ctrl-U

test('questions come from the fields, and a refused answer says why before anything is sent', async () => {
  const { url, seen } = await startApi({
    'GET /v1/installation': answer({ storageKinds: ['azure'], offers: { azure: { managedIdentity: true } } }),
    'POST /v1/connections': answer(CONNECTION, 201),
  });
  const { io, written } = createTestIo({
    env: { MOORING_URL: url, MOORING_TOKEN: 'x', XDG_CONFIG_HOME: '/nonexistent' },
    terminal: true,
  });
  const keys = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  const ended = run(['connection', 'add'], { ...io, stdin: keys as never }, '1');
  const sees = (text: string) => expect.poll(() => written.stderr).toContain(text);

  await sees('Storage');
  keys.write(ENTER);
  await sees('Address of the container');
  keys.write(`https://acme.blob.core.windows.net/Photos${ENTER}`);
  await sees('container names are lowercase');
  keys.write(`${ERASE}https://acme.blob.core.windows.net/photos${ENTER}`);
  await sees('App registration with a secret');
  expect(written.stderr).toContain('The managed identity of the machine');
  expect(written.stderr).not.toContain('The app of this installation');
  keys.write(ENTER);
  await sees('Directory (tenant) id');
  keys.write(`nonsense${ENTER}`);
  await sees('is neither a GUID nor a domain');
  keys.write(`${ERASE}${TENANT_ID}${ENTER}`);
  await sees('Application (client) id');
  keys.write(`${CLIENT_ID}${ENTER}`);
  await sees('Client secret');
  keys.write(`${CLIENT_ID}${ENTER}`);
  await sees('the id of the secret');
  expect(seen.map(({ path }) => path)).toEqual(['/v1/installation']);
  keys.write(`${ERASE}hush${ENTER}`);

  expect(await ended).toBe(0);
  expect(seen.at(-1)!.body).toEqual({
    name: 'photos',
    provider: 'azure',
    location: {
      account: 'acme',
      endpoint: 'https://acme.blob.core.windows.net',
      container: 'photos',
      prefix: '',
    },
    credential: { kind: 'azure-app', tenantId: TENANT_ID, clientId: CLIENT_ID, clientSecret: 'hush' },
  });
  expect(written.stderr).not.toContain('hush');
});
