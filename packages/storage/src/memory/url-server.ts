import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ErrorKind, ProviderError } from '../server/errors.ts';
import { cut, findObject } from './reader.ts';
import type { MemoryStorage } from './storage.ts';

const KEY = 'signs nothing but the URLs of a storage that ends with this process';
const STATUSES: Partial<Record<ErrorKind, number>> = {
  forbidden: 403,
  'not-found': 404,
  archived: 409,
  range: 416,
};
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'range',
  'access-control-expose-headers': '*',
};

/**
 * Serves the signed URLs of a memory storage on a free port of 127.0.0.1, to any origin. Expiry goes by the
 * storage's clock. The server does not keep the process alive.
 */
export async function startUrlServer(storage: MemoryStorage) {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const object = findObject(storage, ...admit(new URL(request.url!, 'http://localhost'), storage));
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    const { start, bytes } = cut(
      object,
      range ? { start: Number(range[1]), end: Number(range[2]) } : undefined,
    );
    response.writeHead(range ? 206 : 200, {
      ...CORS,
      'content-type': object.contentType ?? 'application/octet-stream',
      'content-length': bytes.length,
      etag: `"${object.etag}"`,
      ...(range && {
        'content-range': `bytes ${start}-${start + bytes.length - 1}/${object.sizeBytes}`,
      }),
    });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  };

  const server = createServer((request, response) => {
    try {
      if (request.method === 'OPTIONS') response.writeHead(200, CORS).end();
      else answer(request, response);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      response.writeHead(STATUSES[error.kind] ?? 500, CORS).end(`${error.message}\n`);
    }
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    /** The URL of one object, until a moment. */
    sign(container: string, key: string, expiresAt: Date): string {
      const name = Buffer.from(key).toString('base64url');
      const expiry = String(expiresAt.getTime());
      const query = new URLSearchParams({ expiry, signature: signatureOf(container, name, expiry) });
      return `${origin}/${container}/${name}?${query}`;
    },
    stop(): Promise<void> {
      server.closeAllConnections();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
}
export type UrlServer = Awaited<ReturnType<typeof startUrlServer>>;

const signatureOf = (...signed: string[]): string =>
  createHmac('sha256', KEY).update(JSON.stringify(signed)).digest('base64url');

/** Container and key that a signed URL is for. @throws ProviderError `forbidden` */
function admit(url: URL, storage: MemoryStorage): [container: string, key: string] {
  const [container = '', name = ''] = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const expiry = url.searchParams.get('expiry') ?? '';
  const signature = Buffer.from(url.searchParams.get('signature') ?? '');
  const expected = Buffer.from(signatureOf(container, name, expiry));
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
    throw forbidden('The signature does not match.');
  }
  if (storage.clock.now().getTime() >= Number(expiry)) throw forbidden('The URL has expired.');
  return [container, Buffer.from(name, 'base64url').toString()];
}

const forbidden = (message: string): ProviderError =>
  new ProviderError('forbidden', message, { fix: 'Sign a new URL.' });
