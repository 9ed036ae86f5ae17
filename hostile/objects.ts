import { blob, page } from './pages.ts';
import type { Ask, Behaviour } from './storage.ts';

/** Bytes that can be read from any place on. */
export interface Bytes {
  readonly sizeBytes: number;
  read(offset: number, length: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** Lists objects, and answers ranges of them, as an honest storage would. Made when they are first asked for. */
export function serving(make: () => Map<string, Buffer | Bytes>): Behaviour {
  let objects: Map<string, Bytes> | null = null;
  return async ask => {
    objects ??= new Map(
      [...make()].map(([key, bytes]) => [key, Buffer.isBuffer(bytes) ? inMemory(bytes) : bytes]),
    );
    if (ask.key === null) return list(ask, objects);
    const bytes = objects.get(ask.key);
    if (bytes) await answer(ask, bytes);
    else ask.response.writeHead(404, { 'x-ms-error-code': 'BlobNotFound' }).end();
  };
}

const inMemory = (bytes: Buffer): Bytes => ({
  sizeBytes: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

function list({ response }: Ask, objects: ReadonlyMap<string, Bytes>): void {
  const blobs = [...objects].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const entries = blobs.map(([name, { sizeBytes }]) =>
    blob({ name, size: sizeBytes, type: 'application/octet-stream' }),
  );
  response.writeHead(200, { 'content-type': 'application/xml' }).end(page(entries.join('')));
}

async function answer({ request, response }: Ask, { sizeBytes, read }: Bytes): Promise<void> {
  const headers = {
    etag: '"0x8DC1"',
    'last-modified': 'Sun, 22 Nov 2026 01:10:00 GMT',
    'x-ms-blob-type': 'BlockBlob',
  };
  const asked = String(request.headers['x-ms-range'] ?? request.headers.range ?? '');
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(asked) ?? [];
  if (request.method === 'HEAD')
    return void response.writeHead(200, { ...headers, 'content-length': sizeBytes }).end();
  const start = Number(first ?? 0);
  const end = Math.min(last ? Number(last) : sizeBytes - 1, sizeBytes - 1);
  if (start >= sizeBytes) return void response.writeHead(416, { 'x-ms-error-code': 'InvalidRange' }).end();
  const range = first === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${sizeBytes}` };
  response.writeHead(first === undefined ? 200 : 206, {
    ...headers,
    ...range,
    'content-length': end - start + 1,
  });
  response.end(await read(start, end - start + 1, new AbortController().signal));
}
