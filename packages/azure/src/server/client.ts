import type { ClientSecretCredentialOptions, TokenCredential } from '@azure/identity';
import {
  AnonymousCredential,
  newPipeline,
  type Pipeline,
  type RequestPolicyFactory,
  type StoragePipelineOptions,
} from '@azure/storage-blob';
import type { Guard } from '@mooring/storage/server';
import { mayCarryToken, STORAGE_SCOPE } from './identity/tokens.ts';
import { askIn, type ServiceVersion } from './service-version.ts';

/** Options that Azure's packages hand down to their HTTP pipeline, though storage-blob does not declare them. */
type PipelineOptions = Pick<ClientSecretCredentialOptions, 'agent' | 'redirectOptions'>;

/**
 * The pipeline that all clients of one account share: through the guard, without redirects, and with one quick
 * retry, which is enough for a connection that went stale. A caller that lists in bulk backs off by itself.
 * @param credential null where a SAS in the URL speaks for itself.
 */
export function createBlobPipeline(
  endpoint: string,
  credential: TokenCredential | null,
  { guard, version }: { guard: Guard; version: ServiceVersion },
): Pipeline {
  const options = pipelineOptions(endpoint, guard);
  const sendsToken = credential !== null && (endpoint.startsWith('https:') || !mayCarryToken(endpoint));
  const pipeline = newPipeline(sendsToken ? credential : new AnonymousCredential(), options);
  if (credential && !sendsToken) pipeline.factories.push(sendToken(credential));
  pipeline.factories.push(askIn(version));
  return pipeline;
}

/** Sends the token over plain HTTP, which the SDK refuses to do by itself. */
const sendToken = (credential: TokenCredential): RequestPolicyFactory => ({
  create: next => ({
    async sendRequest(request) {
      const token = await credential.getToken(STORAGE_SCOPE);
      request.headers.set('authorization', `Bearer ${token?.token}`);
      return next.sendRequest(request);
    },
  }),
});

/** What every client of the account is made with. */
export const pipelineOptions = (
  endpoint: string,
  guard: Guard,
): Pick<StoragePipelineOptions, 'retryOptions' | 'userAgentOptions'> & PipelineOptions => ({
  agent: endpoint.startsWith('https:') ? guard.httpsAgent : guard.httpAgent,
  redirectOptions: { maxRetries: 0 },
  retryOptions: { maxTries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1000 },
  userAgentOptions: { userAgentPrefix: 'mooring' },
});
