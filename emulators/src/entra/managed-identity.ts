import { startServer } from '../server.ts';
import type { Entra } from './entra.ts';

/** A managed identity that the machine has. */
export interface MachineIdentity {
  tenant: string;
  /** Of a user-assigned one; null: the system-assigned one. */
  clientId: string | null;
  /** Object id of its service principal. */
  objectId: string;
}

/**
 * Starts the metadata service of a virtual machine (IMDS), as far as it gives tokens. `@azure/identity` asks at
 * `AZURE_POD_IDENTITY_AUTHORITY_HOST` instead of 169.254.169.254.
 * https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
 */
export async function startManagedIdentity(entra: Entra, identities: MachineIdentity[]) {
  let issued = 0;
  const server = await startServer(null, async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const reply = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const refuse = (status: number, description: string) =>
      reply(status, { error: 'invalid_request', error_description: description });
    // MSAL adds a slash.
    if (pathname.replace(/\/$/, '') !== '/metadata/identity/oauth2/token') return refuse(404, 'Not found');
    if (request.headers.metadata !== 'true') return refuse(400, 'Required metadata header not specified');
    const identity = identities.find(({ clientId }) => clientId === searchParams.get('client_id'));
    if (!identity) return refuse(400, 'Identity not found');
    const resource = searchParams.get('resource') ?? '';
    issued += 1;
    const { token, expiresInSeconds } = await entra.issueToken({
      ...identity,
      clientId: identity.clientId ?? identity.objectId,
      audience: resource,
    });
    reply(200, {
      access_token: token,
      client_id: identity.clientId ?? identity.objectId,
      expires_in: String(expiresInSeconds),
      expires_on: String(Math.floor(Date.now() / 1000) + expiresInSeconds),
      ext_expires_in: String(expiresInSeconds),
      not_before: String(Math.floor(Date.now() / 1000)),
      resource,
      token_type: 'Bearer',
    });
  });
  return {
    /** For the process that runs on the machine. */
    environment: { AZURE_POD_IDENTITY_AUTHORITY_HOST: server.origin },
    /** May be changed while it runs. */
    identities,
    /** Tokens given so far. */
    get issued() {
      return issued;
    },
    stop: server.stop,
  };
}
export type ManagedIdentity = Awaited<ReturnType<typeof startManagedIdentity>>;
