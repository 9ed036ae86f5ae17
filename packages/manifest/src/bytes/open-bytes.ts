import { HEAD_BYTES } from '../limits.ts';
import { ManifestError } from '../manifest-error.ts';
import type { ManifestBytes } from '../reading.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { encodingOf, toUtf8 } from './to-utf8.ts';

/** What is handed on at once, so that a large chunk is not copied as a whole. */
const MOST_CHUNK_BYTES = 256 * 1024;

export interface OpenBytes {
  /** The first bytes, as UTF-8 without a mark; all of them where `isWhole`. */
  head: Uint8Array;
  isWhole: boolean;
  /** Everything, the head too. */
  chunks: AsyncGenerator<Uint8Array>;
  /** Of the file as it is stored. */
  bytesRead(): number;
  /** Ends the source, also where it has more. */
  close(): Promise<void>;
}

/** Opens a manifest: decompressed, and in UTF-8 without a byte-order mark. */
export async function openBytes(input: ManifestBytes, signal?: AbortSignal): Promise<OpenBytes> {
  let read = 0;
  async function* stored(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunksOf(input)) {
      for (let at = 0; at < chunk.length; at += MOST_CHUNK_BYTES) {
        signal?.throwIfAborted();
        const piece = chunk.subarray(at, at + MOST_CHUNK_BYTES);
        read += piece.length;
        yield piece;
      }
    }
  }
  const source = stored();
  const close = async () => void (await source.return(undefined));
  try {
    return { ...(await asText(source)), bytesRead: () => read, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function asText(source: AsyncGenerator<Uint8Array>) {
  const stored = await peek(source, 2);
  const plain = await peek(isGzip(stored.head) ? gunzip(stored.chunks) : stored.chunks, 4);
  if (isGzip(plain.head))
    throw new ManifestError('format_unknown', 'The file is compressed with gzip twice.', {
      fix: 'Decompress it once.',
    });
  const encoding = encodingOf(plain.head);
  return peek(encoding ? toUtf8(plain.chunks, encoding) : plain.chunks, HEAD_BYTES);
}

async function* chunksOf(input: ManifestBytes): AsyncGenerator<Uint8Array> {
  const stream = input instanceof Blob ? input.stream() : input;
  if (Symbol.asyncIterator in stream) {
    yield* stream;
    return;
  }
  // Safari cannot iterate a stream.
  const reader = (stream as ReadableStream<Uint8Array>).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

/** Reads the beginning, of at least so many bytes where there are, and gives it again with the rest. */
async function peek(source: AsyncGenerator<Uint8Array>, bytes: number) {
  const first: Uint8Array[] = [];
  let length = 0;
  let isWhole = false;
  while (length < bytes && !isWhole) {
    const { done, value } = await source.next();
    if (done) isWhole = true;
    else {
      first.push(value);
      length += value.length;
    }
  }
  const head = new Uint8Array(length);
  let at = 0;
  for (const chunk of first) {
    head.set(chunk, at);
    at += chunk.length;
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    if (length > 0) yield head;
    yield* source;
  }
  return { head, isWhole, chunks: chunks() };
}
