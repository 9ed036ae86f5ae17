import { Agent, request } from 'undici';

/** An HTTP client that knows nothing of Mooring or Azure, as a browser or a training script would be. */
export function createPlainClient(ca: string) {
  const dispatcher = new Agent({ connect: { ca } });
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
