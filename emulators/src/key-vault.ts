import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import type { Certificates } from './certificates.ts';
import { startServer } from './server.ts';

const AUDIENCE = 'https://vault.azure.net';

/**
 * Azure Key Vault, as far as it keeps secrets: each has versions, the newest one is given.
 * https://learn.microsoft.com/rest/api/keyvault/secrets
 */
export async function startKeyVault({
  certificates,
  jwks,
  authority,
}: {
  certificates: Certificates;
  /** What the tokens that it takes are signed with. */
  jwks: JSONWebKeySet;
  /** Where clients are sent for tokens. */
  authority: string;
}) {
  const keys = createLocalJWKSet(jwks);
  /** The versions of each secret, the newest one last. */
  const secrets = new Map<string, string[]>();
  /** Who may read, and who may write too: object ids. */
  const roles = new Map<string, 'Key Vault Secrets User' | 'Key Vault Secrets Officer'>();
  const requests: string[] = [];

  const server = await startServer(certificates, async (request, response) => {
    const reply = (status: number, body: object) => {
      if (status === 401) {
        const challenge = `Bearer authorization="${authority}", resource="${AUDIENCE}"`;
        response.setHeader('www-authenticate', challenge);
      }
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify(body));
    };
    const refuse = (status: number, code: string, message: string) =>
      reply(status, { error: { code, message } });

    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://vault');
    requests.push(`${request.method} ${pathname}`);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (!token) return refuse(401, 'Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.');
    const verified = await jwtVerify(token, keys, { audience: AUDIENCE }).catch(error => {
      if (error instanceof errors.JOSEError) return error;
      throw error;
    });
    if (verified instanceof Error)
      return refuse(401, 'Unauthorized', `The token is not valid: ${verified.message}`);
    const role = roles.get(String(verified.payload.oid));
    const isWrite = request.method === 'PUT';
    if (!role || (isWrite && role === 'Key Vault Secrets User'))
      return refuse(403, 'Forbidden', 'Caller is not authorized to perform action on resource.');
    if (!/^7\.\d$/.test(searchParams.get('api-version') ?? ''))
      return refuse(400, 'BadParameter', 'api-version must be specified.');
    const name = /^\/secrets\/([0-9A-Za-z-]{1,127})$/.exec(pathname)?.[1];
    if (!name) return refuse(400, 'BadParameter', 'Method not supported');
    if (isWrite) {
      let text = '';
      for await (const chunk of request) text += chunk;
      secrets.set(name, [...(secrets.get(name) ?? []), (JSON.parse(text) as { value: string }).value]);
    }
    const value = secrets.get(name)?.at(-1);
    if (value === undefined)
      return refuse(
        404,
        'SecretNotFound',
        `A secret with (name/id) ${name} was not found in this key vault.`,
      );
    reply(200, {
      value,
      id: `${server.origin}/secrets/${name}/${secrets.get(name)!.length}`,
      attributes: {},
    });
  });
  return { origin: server.origin, secrets, roles, requests, stop: server.stop };
}
export type KeyVault = Awaited<ReturnType<typeof startKeyVault>>;
