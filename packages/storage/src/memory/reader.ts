import { Readable } from 'node:stream';
import { ProviderError } from '../server/errors.ts';
import type { ByteRange, Reader } from '../server/provider.ts';
import { described } from './lister.ts';
import type { MemoryObject, MemoryStorage } from './storage.ts';

/** Nothing is stored compressed here. */
const AS_IT_IS = { contentEncoding: null, contentLanguage: null };

const CHUNK_BYTES = 64 * 1024;

/** The object under a key. @throws ProviderError `not-found` */
export function findObject(storage: MemoryStorage, container: string, key: string): MemoryObject {
  const object = storage.objects(container).get(key);
  if (object) return object;
  throw new ProviderError('not-found', `There is no object “${key}” in the container “${container}”.`, {
    fix: 'List the container to see which keys there are.',
  });
}

/** The bytes of a range, cut to the object's end. @throws ProviderError `archived`, `range` */
export function cut(object: MemoryObject, range: ByteRange | undefined): { start: number; bytes: Buffer } {
  if (object.archiveState === 'archived') {
    throw new ProviderError('archived', `The object “${object.key}” is archived.`, {
      fix: 'Move it to another tier.',
    });
  }
  if (!range) return { start: 0, bytes: object.body };
  if (range.start >= object.sizeBytes || range.end < range.start) {
    throw new ProviderError(
      'range',
      `Byte ${range.start} was asked for, but the object has ${object.sizeBytes} bytes.`,
      { fix: 'Ask for a range that begins before the object’s end.' },
    );
  }
  return { start: range.start, bytes: object.body.subarray(range.start, range.end + 1) };
}

/** Reads objects of a memory storage; `admit` throws where the credential may not. */
export function createMemoryReader(storage: MemoryStorage, admit: () => void): Reader {
  return {
    async head(container, key, signal) {
      signal?.throwIfAborted();
      admit();
      return { ...described(findObject(storage, container, key)), ...AS_IT_IS };
    },

    async readRange(container, key, { range, ifMatch, signal } = {}) {
      signal?.throwIfAborted();
      admit();
      const object = findObject(storage, container, key);
      if (ifMatch !== undefined && ifMatch !== object.etag) {
        throw new ProviderError('changed', `The object “${key}” has changed.`, {
          fix: 'Read its properties again.',
        });
      }
      const { start, bytes } = cut(object, range);
      const body = Readable.from(chunksOf(bytes), { objectMode: false });
      signal?.addEventListener('abort', () => body.destroy(signal.reason), { once: true });
      return {
        body,
        start,
        lengthBytes: bytes.length,
        totalBytes: object.sizeBytes,
        contentType: object.contentType,
        ...AS_IT_IS,
        etag: object.etag,
      };
    },
  };
}

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}
