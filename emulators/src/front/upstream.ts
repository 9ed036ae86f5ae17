import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { mintAccountSas } from '../account-sas.ts';
import type { Azurite, StorageAccount } from '../azurite.ts';
import type { Certificates } from '../certificates.ts';
import { SAS_PARAMETERS } from './sas.ts';

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
const MANY_YEARS = new Date('2099-01-01T00:00:00Z');

/** Passes requests on to Azurite with an authorization of its own. Bodies are piped both ways. */
export function createUpstream(azurite: Azurite, certificates: Certificates, accounts: StorageAccount[]) {
  const agent = new Agent({ keepAlive: true, ca: certificates.ca });
  const { hostname, port } = new URL(azurite.origin);
  const tokens = new Map(
    accounts.map(account => [
      account.name,
      mintAccountSas(account, { permissions: 'rwdxylacuptfi', expiresOn: MANY_YEARS }),
    ]),
  );

  const send = (method: string, path: string, headers: IncomingHttpHeaders, body: IncomingMessage | null) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpsRequest({ agent, hostname, port, method, path, headers }, resolve);
      request.once('error', reject);
      if (body) pipeline(body, request).catch(reject);
      else request.end();
    });

  return {
    /**
     * Answers with what Azurite answers.
     * @param account whose rights to use; null leaves the request's own authorization in place.
     * @param headers added to the answer's.
     * @param bytesPerSecond how fast the body goes out at most.
     * @param afterBytes breaks the connection after so many bytes of the body.
     */
    async forward(
      message: IncomingMessage,
      response: ServerResponse,
      options: {
        account: string | null;
        headers: Record<string, string>;
        bytesPerSecond?: number;
        afterBytes?: number;
      },
    ): Promise<void> {
      const { authorization, ...headers } = message.headers;
      const token = options.account && tokens.get(options.account);
      const path = token ? `${withoutSas(message.url ?? '/')}${token}` : (message.url ?? '/');
      const answer = await send(
        message.method ?? 'GET',
        path,
        token || !authorization ? headers : { ...headers, authorization },
        message,
      );
      response.once('close', () => answer.destroy());
      // Azure begins every XML document with a byte order mark.
      const mark =
        answer.headers['content-type'] === 'application/xml' && message.method !== 'HEAD'
          ? BYTE_ORDER_MARK
          : Buffer.alloc(0);
      const length = answer.headers['content-length'];
      response.writeHead(answer.statusCode ?? 500, {
        ...answer.headers,
        ...options.headers,
        ...(length && { 'content-length': Number(length) + mark.length }),
      });
      if (mark.length) response.write(mark);
      const body = options.bytesPerSecond ? paced(answer, options.bytesPerSecond) : answer;
      if (options.afterBytes === undefined) return pipeline(body, response);
      await pipeline(firstBytes(body, options.afterBytes), response, { end: false });
      message.socket.destroy();
    },

    /** The CORS headers of every answer to this request, errors included. */
    async corsHeaders(message: IncomingMessage): Promise<Record<string, string | string[]>> {
      const { origin, host } = message.headers;
      if (!origin) return {};
      const path = withoutSas(message.url ?? '/');
      const answer = await send(message.method ?? 'GET', path, { origin, host }, null);
      answer.resume();
      const headers = Object.entries(answer.headers).filter(
        ([name]) => name.startsWith('access-control-') || name === 'vary',
      );
      return Object.fromEntries(headers) as Record<string, string | string[]>;
    },

    close: () => agent.destroy(),
  };
}

/** The URL up to where a SAS can be added. */
function withoutSas(url: string): string {
  const [path, search = ''] = url.split('?', 2);
  const kept = search.split('&').filter(pair => pair && !SAS_PARAMETERS.has(pair.split('=', 1)[0]!));
  return `${path}?${kept.map(pair => `${pair}&`).join('')}`;
}

async function* firstBytes(body: AsyncIterable<Buffer>, count: number) {
  let left = count;
  for await (const chunk of body) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

const PACE_MS = 100;

async function* paced(body: AsyncIterable<Buffer>, bytesPerSecond: number) {
  const step = Math.ceil((bytesPerSecond * PACE_MS) / 1000);
  for await (const chunk of body) {
    for (let start = 0; start < chunk.length; start += step) {
      yield chunk.subarray(start, start + step);
      await sleep(PACE_MS);
    }
  }
}
