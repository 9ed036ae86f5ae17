import { type Dispatcher, request } from 'undici';
import { withDeadline } from '../deadline.ts';
import { ProviderError } from '../errors.ts';
import { networkFailure } from '../network-failure.ts';
import { hostOf } from './words.ts';

/** An answer as any HTTP client sees it. */
export interface PlainAnswer {
  status: number;
  /** By lowercase name. */
  header(name: string): string | null;
  body: Buffer;
}

const MAX_BODY_BYTES = 64 * 1024;
const SECONDS = 10;

/**
 * One request by a client that knows nothing of the provider: no credential, no redirects, no retries. Reads at
 * most 64 KiB of the body.
 * @throws ProviderError `unreachable`, `tls`, `invalid` (an address that may not be connected to).
 */
export async function plainRequest(
  url: string,
  options: {
    method?: Dispatcher.HttpMethod;
    headers?: Record<string, string>;
    body?: string;
    dispatcher: Dispatcher;
    signal: AbortSignal;
  },
): Promise<PlainAnswer> {
  const host = hostOf(url);
  const { method = 'GET', headers = {}, body = null, dispatcher } = options;
  return withDeadline(options.signal, { seconds: SECONDS, host }, async signal => {
    try {
      const answer = await request(url, { method, headers, body, dispatcher, signal });
      return {
        status: answer.statusCode,
        header: name => [answer.headers[name] ?? null].flat()[0] ?? null,
        body: await readSome(answer.body),
      };
    } catch (error) {
      if (signal.aborted) throw error;
      throw networkFailure(error, host) ?? unreadable(host, error);
    }
  });
}

const unreadable = (host: string, cause: unknown): ProviderError =>
  new ProviderError('unexpected', `${host} does not answer as an HTTP server does.`, {
    fix: 'Check the endpoint and its port.',
    cause,
  });

async function readSome(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MAX_BODY_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES);
}
