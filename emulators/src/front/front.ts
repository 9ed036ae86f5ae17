import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Azurite, StorageAccount } from '../azurite.ts';
import type { Certificates } from '../certificates.ts';
import type { Entra } from '../entra/entra.ts';
import { startServer } from '../server.ts';
import { createTokenVerifier, mayAct, type RoleAssignment } from './bearer.ts';
import { createDelegationKeys } from './delegation-key.ts';
import { type AzureError, azureErrors, sendError } from './errors.ts';
import { createFaults } from './faults.ts';
import { readStorageRequest, type StorageRequest, toPathStyle } from './request.ts';
import { authenticateSas, authorizeSas, type StoredPolicy } from './sas.ts';
import { createUpstream } from './upstream.ts';

/** A request that may pass, and its principal where that is known. `verifyUpstream` leaves the proof to Azurite. */
type Admission = { principalId?: string; verifyUpstream?: true } | { error: AzureError };

/**
 * Stands before Azurite and answers where Azurite's answers differ from Azure's: it verifies every SAS and
 * token itself, knows roles and network rules, and can be made to fail. Anonymous access is never allowed.
 * @param secure whether to listen over HTTPS, the default, or over HTTP.
 * @param now the clock of the service; a test may let it be wrong.
 */
export async function startAzureFront(options: {
  azurite: Azurite;
  certificates: Certificates;
  accounts: StorageAccount[];
  entra: Entra;
  tenant: string;
  secure?: boolean;
  now?: () => Date;
}) {
  const { azurite, certificates, accounts, entra, tenant, secure = true, now = () => new Date() } = options;
  const upstream = createUpstream(azurite, certificates, accounts);
  const verifyToken = createTokenVerifier(entra.keys, tenant);
  const delegationKeys = createDelegationKeys();
  const faults = createFaults();

  /** What an administrator can change while it runs. */
  const settings = {
    roleAssignments: [] as RoleAssignment[],
    /** Stored access policies of all containers, by their ids. */
    storedPolicies: {} as Record<string, StoredPolicy>,
    /** False: a network rule keeps everybody out. */
    networkOpen: true,
    /** False: a network rule lets servers in and keeps browsers out, as if they came from other addresses. */
    browsersAdmitted: true,
    /** False: neither account keys nor anything signed with them is accepted. */
    allowSharedKey: true,
  };

  const admit = async (message: IncomingMessage, request: StorageRequest): Promise<Admission> => {
    if (!settings.networkOpen || (!settings.browsersAdmitted && isFromBrowser(message)))
      return { error: azureErrors.authorizationFailure() };
    const [scheme, value = ''] = (message.headers.authorization ?? '').split(' ');
    if (scheme === 'Bearer') {
      const verified = await verifyToken(value, request.account, now());
      if ('error' in verified) return verified;
      const allowed = mayAct(settings.roleAssignments, verified.principalId, request);
      return allowed ? verified : { error: azureErrors.permissionMismatch() };
    }
    const signedWithKey = scheme === 'SharedKey' || (request.query.has('sig') && !request.query.has('skoid'));
    if (signedWithKey && !settings.allowSharedKey)
      return { error: azureErrors.keyBasedAuthenticationNotPermitted() };
    if (scheme === 'SharedKey') return { verifyUpstream: true };
    if (!request.query.get('sig')) return { error: azureErrors.noAuthenticationInformation(tenant) };

    const key = accounts.find(account => account.name === request.account)?.key ?? '';
    const policy = settings.storedPolicies[request.query.get('si') ?? ''];
    const verified = authenticateSas(request, key, delegationKeys, now(), policy);
    if ('error' in verified) return verified;
    const error = authorizeSas(request, policy);
    if (error) return { error };
    // A delegation SAS allows no more than who signed it may still do.
    const { signer } = verified;
    if (signer.kind === 'identity' && !mayAct(settings.roleAssignments, signer.objectId, request))
      return { error: azureErrors.permissionMismatch() };
    return {};
  };

  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    toPathStyle(message);
    const request = readStorageRequest(message);
    const headers = options.now ? { date: now().toUTCString() } : ({} as Record<string, string>);
    const refuse = async (error: AzureError) => {
      message.resume();
      sendError(response, error, now(), { ...headers, ...(await upstream.corsHeaders(message)) });
    };

    const fault = faults.take(request);
    if (fault?.kind === 'delay') await sleep(fault.ms);
    if (fault?.kind === 'hold') {
      fault.onHeld();
      await fault.released;
    }
    if (fault?.kind === 'reset') return void message.socket.destroy();
    if (fault?.kind === 'ignore-range') delete message.headers.range;
    if (fault?.kind === 'answer') {
      message.resume();
      return void response.writeHead(fault.status, fault.headers).end(fault.body);
    }
    if (fault?.kind === 'server-busy') return refuse(azureErrors.serverBusy(fault.retryAfterSeconds));
    if (fault?.kind === 'permission-mismatch') return refuse(azureErrors.permissionMismatch());
    // A preflight carries no credential.
    if (request.method === 'OPTIONS') return upstream.forward(message, response, { account: null, headers });

    const admission = await admit(message, request);
    if ('error' in admission) return refuse(admission.error);
    if (request.action === 'delegate') {
      const objectId = admission.principalId;
      if (!objectId)
        return refuse(azureErrors.authenticationFailed('Only authentication scheme Bearer is supported'));
      const version = String(message.headers['x-ms-version'] ?? '');
      const issued = delegationKeys.issue(await text(message), { objectId, tenant, version }, now());
      if ('error' in issued) return refuse(issued.error);
      response.writeHead(200, { ...headers, 'content-type': 'application/xml', 'x-ms-version': version });
      response.end(issued.xml);
      return;
    }
    await upstream.forward(message, response, {
      account: admission.verifyUpstream ? null : request.account,
      headers,
      ...((fault?.kind === 'truncate' || fault?.kind === 'slow') && fault),
    });
  };

  const server = await startServer(secure ? certificates : null, (message, response) => {
    answer(message, response).catch(error => {
      // A body that breaks off breaks off here too. Before the headers are sent, the answer can still be an error.
      if (response.headersSent || response.destroyed) return response.destroy();
      sendError(response, azureErrors.internalError(String(error)), now(), {});
    });
  });
  return {
    settings,
    inject: faults.inject,
    hold: faults.hold,
    origin: server.origin,
    /** The blob endpoint of an account, e.g. `https://127.0.0.1:41236/acme`. */
    endpoint: (account: string) => `${server.origin}/${account}`,
    async stop() {
      await server.stop();
      upstream.close();
    },
  };
}
/** Only browsers send it: https://www.w3.org/TR/fetch-metadata/ */
const isFromBrowser = (message: IncomingMessage): boolean => message.headers['sec-fetch-site'] !== undefined;

export type AzureFront = Awaited<ReturnType<typeof startAzureFront>>;
