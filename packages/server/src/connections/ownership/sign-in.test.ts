import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AppCertificate,
  createAppCertificate,
  createWorkloadIdentity,
  type Person,
  type Storage,
  startStorage,
  type WorkloadIdentity,
} from '@mooring/emulators';
import { systemClock } from '@mooring/storage/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testServers } from '../../platform/database/testing.ts';
import { createTestConnections, DRAFT, type TestConnections } from '../testing.ts';

const CALLBACK = 'https://mooring.example/v1/ownership/callback';
const DOMAIN = 'contoso.example';
const signal = new AbortController().signal;
const sessionHash = randomBytes(32);
const directory = mkdtempSync(join(tmpdir(), 'mooring-sign-in-'));
afterAll(() => rmSync(directory, { recursive: true }));

let storage: Storage;
let certificate: AppCertificate;
let workload: WorkloadIdentity;
const open: TestConnections[] = [];
beforeAll(async () => {
  storage = await startStorage();
  storage.certificates.trust();
  [certificate, workload] = await Promise.all([createAppCertificate(), createWorkloadIdentity()]);
  await workload.renew();
  Object.assign(storage.entra.applications[0]!, {
    redirectUris: [CALLBACK],
    certificates: [certificate.certificate],
    federatedCredentials: [workload.credential],
  });
  storage.entra.domains[DOMAIN] = storage.app.tenantId;
  storage.entra.signIn.person = {
    username: `ada@${DOMAIN}`,
    homeTenant: storage.app.tenantId,
    objectIds: { [storage.app.tenantId]: randomUUID() },
    roles: { [storage.app.tenantId]: ['Application Administrator'] },
  } satisfies Person;
});
afterAll(async () => {
  for (const each of open) await each.close();
  await workload.remove();
  await storage.stop();
});

type AppProof =
  | { kind: 'secret'; clientSecret: string }
  | { kind: 'certificate'; certificatePem: string }
  | { kind: 'federated'; tokenFile: string };

/** What an operator sets so that the app proves itself in one way. */
function settingsFor(proof: AppProof | null): Record<string, unknown> {
  if (proof === null) return {};
  const appClientId = storage.app.clientId;
  switch (proof.kind) {
    case 'secret':
      return { appClientId, appClientSecret: proof.clientSecret };
    case 'certificate': {
      const appCertificateFile = join(directory, `${randomUUID()}.pem`);
      writeFileSync(appCertificateFile, proof.certificatePem);
      return { appClientId, appCertificateFile };
    }
    case 'federated':
      return { appClientId, federatedTokenFile: proof.tokenFile };
  }
}

async function withProof(proof: AppProof | null): Promise<TestConnections> {
  const all = await createTestConnections(testServers[0]!, {
    authorityHost: storage.authorityHost,
    settings: { federatedTokenFile: workload.tokenFile, managedIdentity: true, ...settingsFor(proof) },
    clock: systemClock,
  });
  open.push(all);
  return all;
}
const create = (
  all: TestConnections,
  credential: Parameters<TestConnections['connections']['create']>[1]['credential'],
) =>
  all.connections.create(all.workspaceId, {
    name: 'Media',
    location: { endpoint: storage.endpoint, container: storage.container },
    credential,
  });
const begin = ({ connections, workspaceId }: TestConnections, connectionId: string) =>
  connections.ownershipSignIn.start({
    ...{ workspaceId, sessionHash, connectionId, signal },
    returnTo: '/connections/x',
    redirectUri: CALLBACK,
  });

/** There and back, as a browser goes. */
async function signIn(all: TestConnections, connectionId: string) {
  const { url } = await begin(all, connectionId);
  const answer = await fetch(url, { redirect: 'manual' });
  const back = new URL(answer.headers.get('location')!);
  return all.connections.ownershipSignIn.finish(Object.fromEntries(back.searchParams), {
    ...{ sessionHash, redirectUri: CALLBACK, signal },
  });
}

describe.each<[string, () => AppProof]>([
  ['a secret', () => ({ kind: 'secret', clientSecret: storage.app.clientSecret })],
  ['a certificate', () => ({ kind: 'certificate', certificatePem: certificate.pem })],
  ['a workload identity', () => ({ kind: 'federated', tokenFile: workload.tokenFile })],
])('an app with %s', (_what, proof) => {
  test('has an administrator sign in, in a tenant named by its domain too', async () => {
    const all = await withProof(proof());
    for (const tenantId of [storage.app.tenantId, DOMAIN]) {
      const { id } = await create(all, { kind: 'azure-mooring-app', tenantId });
      expect(await signIn(all, id)).toEqual({ path: '/connections/x', query: { ownership: 'proven' } });
      const { ownership } = await all.connections.get(all.workspaceId, id);
      expect(ownership).toMatchObject({ provenBy: 'sign-in', provenAt: expect.any(String) });
      const { provider } = await all.connections.open(all.workspaceId, id);
      await expect(provider.list('another')).rejects.toMatchObject({ kind: 'not-found' });
      const { items } = await all.connections.listEvents(all.workspaceId, id, { limit: 1 });
      expect(items[0]).toMatchObject({
        kind: 'ownership-proven',
        detail: expect.stringContaining(`ada@${DOMAIN}`),
      });
    }
  });
});

test('says why Entra does not take the app', async () => {
  const all = await withProof({ kind: 'secret', clientSecret: 'wrong' });
  const { id } = await create(all, { kind: 'azure-mooring-app', tenantId: storage.app.tenantId });
  const { query } = await signIn(all, id);
  expect(query).toMatchObject({ ownership: 'refused', reason: expect.stringMatching(/AADSTS7000215/) });
  expect(all.lines.join('')).not.toContain('wrong');
});

test('proves nothing for a credential that was put in meanwhile', async () => {
  const all = await withProof({ kind: 'secret', clientSecret: storage.app.clientSecret });
  const credential = { kind: 'azure-mooring-app', tenantId: storage.app.tenantId } as const;
  const { id } = await create(all, credential);
  await signIn(all, id);
  const options = { acceptLess: true, by: null, origins: [], signal };
  await all.connections.replaceCredential(all.workspaceId, id, credential, options);
  expect((await all.connections.get(all.workspaceId, id)).ownership!.provenAt).toBeNull();
});

test('is refused where there is nothing to sign in for, or with', async () => {
  const all = await withProof(null);
  const [own, managed, federated] = await Promise.all([
    all.connections.create(all.workspaceId, DRAFT),
    create(all, { kind: 'azure-managed-identity' }),
    create(all, { kind: 'azure-app-federated', tenantId: storage.app.tenantId, clientId: randomUUID() }),
  ]);
  await expect(begin(all, own.id)).rejects.toMatchObject({ code: 'conflict' });
  await expect(begin(all, managed.id)).rejects.toMatchObject({ code: 'invalid_request' });
  await expect(begin(all, federated.id)).rejects.toMatchObject({ code: 'credential_unavailable' });
  await expect(begin(all, 'con_00000000000000000000')).rejects.toMatchObject({ code: 'not_found' });
  const consent = all.connections.consent.start({
    ...{
      workspaceId: all.workspaceId,
      sessionHash,
      provider: undefined,
      typed: {},
      returnTo: '/',
      redirectUri: CALLBACK,
    },
  });
  await expect(consent).rejects.toMatchObject({ code: 'credential_unavailable' });
});

test('consent is asked of the tenant that is named, or of the one of the person who signs in', async () => {
  const all = await withProof({ kind: 'secret', clientSecret: storage.app.clientSecret });
  const start = (tenantId: string | undefined) =>
    all.connections.consent.start({
      ...{ workspaceId: all.workspaceId, sessionHash, provider: undefined, typed: { tenantId } },
      ...{ returnTo: '/', redirectUri: CALLBACK },
    });
  const { url } = await start(DOMAIN);
  expect(url.startsWith(`${storage.authorityHost}/${DOMAIN}/v2.0/adminconsent?`)).toBe(true);
  expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
    client_id: storage.app.clientId,
    redirect_uri: CALLBACK,
    scope: 'openid profile',
  });
  expect((await start('')).url).toContain('/organizations/v2.0/adminconsent?');
  for (const tenantId of ['common', '../x', 'a b', `${DOMAIN}/x`])
    await expect(start(tenantId)).rejects.toMatchObject({ code: 'invalid_request' });
});
