import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createIdentities, type Identities, type Storage, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { temporaryDirectory } from '../support/temporary.ts';

// Follows docs/credentials/*.md from each page alone. What a page has run in Azure is done to the emulators instead.

const PAGES = new URL('../../docs/credentials/', import.meta.url);
const CLI = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const run = promisify(execFile);

interface Block {
  language: string;
  text: string;
}
const blocksOf = (page: string): Block[] =>
  Array.from(
    readFileSync(new URL(page, PAGES), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm),
    ([, language, text]) => ({ language: language!, text: text! }),
  );

let storage: Storage;
let identities: Identities;
let mooring: Mooring;
let home: Awaited<ReturnType<typeof temporaryDirectory>>;

beforeAll(async () => {
  home = await temporaryDirectory('docs');
  storage = await startStorage({ account: 'acme', container: 'photos', realNames: true });
  await storage.put({ key: 'a.jpg', body: 'not a picture', contentType: 'image/jpeg' });
  identities = await createIdentities(storage, { path: process.env.PATH ?? '' });
  mooring = await startMooring(storage, { ...identities.environment });
  for (const [name, text] of Object.entries({
    'secret.txt': storage.app.clientSecret,
    'sas.txt': storage.containerSas(),
    'delivery.txt': storage.containerSas({ permissions: 'r' }),
    mooring: `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`,
  }))
    await writeFile(join(home.path, name), text);
  await chmod(join(home.path, 'mooring'), 0o755);
});
afterAll(async () => {
  await mooring?.stop();
  await identities?.stop();
  await storage?.stop();
  await home?.remove();
});

/** The variables that the commands of a page in Azure set. */
const variablesOf = (page: string): Record<string, string> => {
  const clientIds: Record<string, string> = {
    'app-secret.md': storage.app.clientId,
    'app-certificate.md': identities.credentials['azure-app-certificate'].clientId,
    'workload-identity.md': identities.credentials['azure-app-federated'].clientId,
  };
  return {
    TENANT_ID: storage.app.tenantId,
    CLIENT_ID: clientIds[page] ?? '',
    IDENTITY_CLIENT_ID: identities.credentials['azure-managed-identity of one’s own'].clientId,
  };
};

const shell = (text: string, variables: Record<string, string>) =>
  run('bash', ['-euo', 'pipefail', '-c', text], {
    cwd: home.path,
    env: {
      PATH: `${home.path}:${process.env.PATH}`,
      HOME: home.path,
      MOORING_URL: mooring.url,
      MOORING_TOKEN: mooring.token,
      ...variables,
    },
  });

/** What an administrator does in Azure between the lines. */
async function administer(page: string, next: string): Promise<void> {
  const { items } = await mooring.client.call('listConnections');
  const ownership = items[0]?.ownership;
  if (ownership && next.includes('connection prove'))
    await storage.put({ key: ownership.markerKey, body: ownership.token });
  if (page === 'app-certificate.md' && next.includes('--certificate-file')) {
    const { clientId } = identities.credentials['azure-app-certificate'];
    const certificate = await readFile(join(home.path, 'certificate.pem'), 'utf8');
    storage.entra.applications.find(app => app.clientId === clientId)!.certificates = [certificate];
  }
}

const pages = readdirSync(PAGES).filter(name => name !== 'README.md');

test('there is a page for every way', () => {
  expect(pages).toHaveLength(7);
});

test.each(pages)('%s leads to a healthy connection with assets', async page => {
  for (const { language, text } of blocksOf(page)) {
    if (language === 'azurecli') {
      await run('bash', ['-n', '-c', text]);
      continue;
    }
    await administer(page, text);
    const ran = await shell(text, variablesOf(page)).catch(error => error);
    expect([text, ran.code ?? 0, ran.stderr]).toEqual([text, 0, expect.not.stringMatching(/✗|error/i)]);
  }
  const { items } = await mooring.client.call('listConnections');
  expect(items).toHaveLength(1);
  expect(items[0]!.assetCount).toBeGreaterThan(0);
  await mooring.client.call('deleteConnection', { params: { connectionId: items[0]!.id } });
});
