import type { ClientSecretCredentialOptions, TokenCredential } from '@azure/identity';
import {
  AnonymousCredential,
  newPipeline,
  type Pipeline,
  type StoragePipelineOptions,
} from '@azure/storage-blob';
import type { Guard } from '@mooring/storage/server';

/** Options that Azure's packages hand down to their HTTP pipeline, though storage-blob does not declare them. */
type PipelineOptions = Pick<ClientSecretCredentialOptions, 'agent' | 'redirectOptions'>;

/**
 * The pipeline that all clients of one account share: through the guard, without redirects, and with one quick
 * retry, which is enough for a connection that went stale. Whoever lists in bulk backs off by itself.
 * @param credential null where a SAS in the URL speaks for itself.
 */
export function createBlobPipeline(
  endpoint: string,
  credential: TokenCredential | null,
  guard: Guard,
): Pipeline {
  return newPipeline(credential ?? new AnonymousCredential(), pipelineOptions(endpoint, guard));
}

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
