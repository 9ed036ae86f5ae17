import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGuard, systemClock } from '@mooring/storage/server';
import { type AzureProviderOptions, createAzureProvider } from './provider.ts';

/** An account SAS that reads and lists, with a signature that is never verified. */
export const SAS =
  'sv=2025-11-05&ss=b&srt=sco&sp=rl&se=2099-01-01T00:00:00Z&sig=c2VjcmV0IHNpZ25hdHVyZSB0aGF0IGlzIG5vdCByZWE%3D';

/** An HTTP server in the place of a storage, which answers what a test wants, and a provider for it. */
export async function startAnswering(listener: RequestListener, options: Partial<AzureProviderOptions> = {}) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const guard = createGuard({ allowPrivate: true });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/acme`;
  const provider = createAzureProvider({
    location: { account: 'acme', endpoint },
    credential: { kind: 'azure-sas', sasToken: SAS },
    accessMode: 'server',
    authorityHost: 'https://login.microsoftonline.com',
    guard,
    clock: systemClock,
    ...options,
  });
  return {
    provider,
    reader: provider.reader!,
    async stop() {
      await guard.close();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
