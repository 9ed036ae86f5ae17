import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ErrorKind, ProviderError } from '../server/errors.ts';
import type { SignOptions } from '../server/provider.ts';
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
  'access-control-allow-headers': '*',
  'access-control-expose-headers': '*',
};

/**
 * Serves the signed URLs of a memory storage on a free port of 127.0.0.1, to any origin. Expiry goes by the
 * storage's clock. The server does not keep the process alive.
 */
export async function startUrlServer(storage: MemoryStorage) {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url!, 'http://localhost');
    const object = findObject(storage, ...admit(request.method!, url, storage));
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    const { start, bytes } = cut(
      object,
      range ? { start: Number(range[1]), end: Number(range[2]) } : undefined,
    );
    response.writeHead(range ? 206 : 200, {
      ...CORS,
      'content-type': url.searchParams.get('type') || object.contentType || 'application/octet-stream',
      'content-length': bytes.length,
      'accept-ranges': 'bytes',
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
    /**
     * The URL of one object, for one method, from one moment to another.
     * @throws ProviderError `invalid` where no URL can name the key
     */
    sign(
      container: string,
      key: string,
      { method, startsAt, expiresAt, contentType: type = '' }: SignOptions,
    ): string {
      if (!key.isWellFormed()) throw unnameable(key);
      const name = Buffer.from(key).toString('base64url');
      const [start, expiry] = [String(startsAt.getTime()), String(expiresAt.getTime())];
      const signature = signatureOf(method, container, name, start, expiry, type);
      return `${origin}/${container}/${name}?${new URLSearchParams({ start, expiry, type, signature })}`;
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
function admit(method: string, url: URL, storage: MemoryStorage): [container: string, key: string] {
  const [container = '', name = ''] = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const parameter = (name: string) => url.searchParams.get(name) ?? '';
  const [start, expiry, type] = [parameter('start'), parameter('expiry'), parameter('type')];
  const signature = Buffer.from(parameter('signature'));
  const expected = Buffer.from(signatureOf(method, container, name, start, expiry, type));
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
    throw forbidden('The signature does not match.');
  }
  const now = storage.clock.now().getTime();
  if (now < Number(start)) throw forbidden('The URL does not work yet.');
  if (now >= Number(expiry)) throw forbidden('The URL has expired.');
  return [container, Buffer.from(name, 'base64url').toString()];
}

const forbidden = (message: string): ProviderError =>
  new ProviderError('forbidden', message, { fix: 'Sign a new URL.' });

const unnameable = (key: string): ProviderError =>
  new ProviderError('invalid', `No URL can name an object with the key “${key.toWellFormed()}”.`, {
    fix: 'Rename the object in the storage.',
  });
