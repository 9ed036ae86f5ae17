import { Agent, ProxyAgent, request } from 'undici';

/**
 * An HTTP client that knows nothing of Mooring or Azure, as a browser or a training script would be.
 * @param proxy the proxy that it goes through, if any
 */
export function createPlainClient(ca: string, proxy?: string) {
  const dispatcher = proxy
    ? new ProxyAgent({ uri: proxy, requestTls: { ca } })
    : new Agent({ connect: { ca } });
  return {
    async get(url: string, headers: Record<string, string> = {}) {
      const answer = await request(url, { headers, dispatcher });
      const body = Buffer.from(await answer.body.arrayBuffer());
      return {
        status: answer.statusCode,
        header: (name: string): string | null => answer.headers[name]?.toString() ?? null,
        body,
      };
    },
    close: () => dispatcher.close(),
  };
}
export type PlainClient = ReturnType<typeof createPlainClient>;
