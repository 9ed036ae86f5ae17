import { randomBytes, randomUUID } from 'node:crypto';
import { createAppCertificate } from './app-certificate.ts';
import { createAzureCli } from './entra/azure-cli.ts';
import { startManagedIdentity } from './entra/managed-identity.ts';
import { createWorkloadIdentity } from './entra/workload-identity.ts';
import { ROLES } from './front/bearer.ts';
import type { Storage } from './storage.ts';

/**
 * Every identity that can sign in to the storage beside the app registration it starts with. Each may read it.
 * `environment` holds the settings with which an installation offers them all.
 * @param path the PATH that the command `az` is put before
 */
export async function createIdentities(storage: Storage, { path }: { path: string }) {
  const { entra, front } = storage;
  const { tenantId } = storage.app;
  const mayRead = (objectId: string) =>
    front.settings.roleAssignments.push({
      principalId: objectId,
      actions: ROLES['Storage Blob Data Reader'],
    });
  const principal = () => {
    const objectId = randomUUID();
    mayRead(objectId);
    return objectId;
  };

  const [certificate, workload, mooringAppSecret] = [
    await createAppCertificate(),
    await createWorkloadIdentity(),
    `abc8Q~${randomBytes(26).toString('base64url').slice(0, 34)}`,
  ];
  const register = (trust: Partial<(typeof entra.applications)[number]>): string => {
    const clientId = randomUUID();
    entra.applications.push({
      clientId,
      secrets: [],
      servicePrincipals: { [tenantId]: principal() },
      ...trust,
    });
    return clientId;
  };
  const certificateApp = register({ certificates: [certificate.certificate] });
  const federatedApp = register({ federatedCredentials: [workload.credential] });
  const mooringApp = register({ secrets: [{ value: mooringAppSecret }] });
  const userAssigned = { tenant: tenantId, clientId: randomUUID(), objectId: principal() };
  const machine = await startManagedIdentity(entra, [
    { tenant: tenantId, clientId: null, objectId: principal() },
    userAssigned,
  ]);
  const cli = await createAzureCli(entra, { person: { tenant: tenantId, objectId: principal() }, path });

  return {
    certificate,
    workload,
    machine,
    cli,
    mooringAppSecret,
    /** What a connection is made with, by kind. */
    credentials: {
      'azure-app-certificate': {
        kind: 'azure-app-certificate',
        tenantId,
        clientId: certificateApp,
        certificatePem: certificate.pem,
      },
      'azure-app-federated': { kind: 'azure-app-federated', tenantId, clientId: federatedApp },
      'azure-mooring-app': { kind: 'azure-mooring-app', tenantId },
      'azure-managed-identity': { kind: 'azure-managed-identity' },
      'azure-managed-identity of one’s own': {
        kind: 'azure-managed-identity',
        clientId: userAssigned.clientId,
      },
      'azure-cli': { kind: 'azure-cli', tenantId },
    },
    mooringApp: { clientId: mooringApp },
    environment: {
      MOORING_APP_CLIENT_ID: mooringApp,
      MOORING_APP_CLIENT_SECRET: mooringAppSecret,
      MOORING_FEDERATED_TOKEN_FILE: workload.tokenFile,
      MOORING_MANAGED_IDENTITY: 'true',
      MOORING_AZURE_CLI: 'true',
      ...machine.environment,
      ...cli.environment,
    },
    async stop() {
      await Promise.all([machine.stop(), cli.stop(), workload.remove()]);
    },
  } as const;
}
export type Identities = Awaited<ReturnType<typeof createIdentities>>;
