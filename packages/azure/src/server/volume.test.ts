import { randomBytes, randomUUID } from 'node:crypto';
import {
  type Azurite,
  createCertificates,
  mintAccountSas,
  ROLES,
  type Storage,
  startAzureFront,
  startEntra,
} from '@mooring/emulators';
import { createOwner, startVolume } from '@mooring/emulators/volume';
import { describeProvider } from '@mooring/storage/conformance';
import { azureUnderTest } from './testing.ts';

/** The high-volume emulator as an account with one app registration. It lists in Arrow, which Azurite cannot. */
async function startVolumeStorage() {
  const account = { name: 'acme', key: randomBytes(64).toString('base64') };
  const app = {
    tenantId: randomUUID(),
    clientId: randomUUID(),
    clientSecret: 'a client secret of the tests',
  };
  const objectId = randomUUID();
  const certificates = await createCertificates();
  certificates.trust();
  const volume = await startVolume({ containers: {}, certificates, byteOrderMark: false });
  const entra = await startEntra({
    certificates,
    tenants: [app.tenantId],
    applications: [
      {
        clientId: app.clientId,
        secrets: [{ value: app.clientSecret }],
        servicePrincipals: { [app.tenantId]: objectId },
      },
    ],
  });
  const upstream: Azurite = {
    ...volume,
    fill: async ({ container, keys }) => {
      for (const key of keys) await owner.put(container, { key, body: 'small' });
    },
  };
  const owner = createOwner(upstream, certificates, account);
  const front = await startAzureFront({
    azurite: upstream,
    certificates,
    accounts: [account],
    entra,
    tenant: app.tenantId,
  });
  front.settings.roleAssignments.push({
    principalId: objectId,
    actions: ROLES['Storage Blob Data Contributor'],
  });
  await owner.createContainer('media');
  const storage = {
    account,
    container: 'media',
    endpoint: front.endpoint(account.name),
    authorityHost: entra.origin,
    azurite: upstream,
    createContainer: owner.createContainer,
    put: (object: Parameters<Storage['put']>[0]) => owner.put('media', object),
    remove: (key: string) => owner.remove('media', key),
    allowOrigins: owner.allowOrigins,
    sas: (fields?: Parameters<typeof mintAccountSas>[1]) => mintAccountSas(account, fields),
    async stop() {
      await owner.close();
      await Promise.all([front.stop(), entra.stop(), volume.stop()]);
      await certificates.remove();
    },
  };
  return { storage, app: { kind: 'azure-app', ...app } as const };
}

describeProvider('azure on the high-volume emulator', async () => {
  const { storage, app } = await startVolumeStorage();
  return azureUnderTest(storage, {
    right: app,
    wrong: { ...app, clientSecret: 'not the secret' },
    brief: () => app,
  });
});
