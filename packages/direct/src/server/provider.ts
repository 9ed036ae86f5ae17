import type { Clock, Guard, Provider, ProviderOptions } from '@mooring/storage/server';
import { adviseFromError, defineCheck, endpointChecks, ProviderError } from '@mooring/storage/server';
import { directLocationRules } from '../location-rules.ts';
import type { DirectCredentialInput, DirectLocation } from '../schemas.ts';
import { createReader } from './reader.ts';
import { createSigner } from './signer.ts';

/** Files of one host, by the URLs that were registered. */
export function createDirectProvider(
  { location, accessMode, addresses }: ProviderOptions<DirectLocation, DirectCredentialInput>,
  { guard, clock }: { guard: Guard; clock: Clock },
): Provider {
  const reader = accessMode === 'server' ? createReader(addresses, { guard, clock }) : null;
  const name = defineCheck('name', [], 'A host, and where its paths begin.', adviseFromError, async () => ({
    observed: `${directLocationRules.url(location)}.`,
  }));
  return {
    kind: 'direct',
    capabilities: {
      list: {
        delimiter: false,
        maxPageSize: 1,
        ordered: true,
        ranges: 'none',
        lowerBound: 'inclusive',
        contentTypes: true,
      },
      read: reader !== null,
      write: false,
      sign: 'object',
      signsType: false,
    },
    list: async () => {
      throw new ProviderError('invalid', 'Direct URLs have no listing.', {
        fix: 'Register a list of URLs instead of syncing.',
      });
    },
    reader,
    signer: createSigner(addresses, clock),
    writer: null,
    messages: null,
    ownerMarks: [],
    // A client-only host may be reachable only from the network of the people who look.
    checks: reader ? [name, ...endpointChecks(location.container, guard, adviseFromError)] : [name],
    advise: adviseFromError,
    // Sockets belong to the guard, which others share.
    async close() {},
  };
}
