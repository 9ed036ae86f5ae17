import { GZIP_FREE_BYTES, MOST_GZIP_RATIO } from '../limits.ts';
import { ManifestError } from '../manifest-error.ts';

/** Browsers decompress what they are given at once, however large it becomes. */
const BYTES_AT_ONCE = 16 * 1024;

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** @throws ManifestError where the data is broken, or decompresses to more than a list of assets can */
export async function* gunzip(source: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let compressed = 0;
  let failure: unknown;
  async function* pieces() {
    try {
      for await (const chunk of source)
        for (let at = 0; at < chunk.length; at += BYTES_AT_ONCE) {
          compressed += Math.min(BYTES_AT_ONCE, chunk.length - at);
          yield new Uint8Array(chunk.subarray(at, at + BYTES_AT_ONCE));
        }
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  const reader = streamOf(pieces()).pipeThrough(new DecompressionStream('gzip')).getReader();
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      length += value.length;
      if (length > GZIP_FREE_BYTES + compressed * MOST_GZIP_RATIO) throw tooDense(compressed, length);
      yield value;
    }
  } catch (error) {
    if (failure || error instanceof ManifestError) throw failure ?? error;
    throw new ManifestError(
      'format_broken',
      `The gzip data breaks off or is damaged after ${length} bytes.`,
      {
        fix: 'Compress the file again, as one gzip file, or give it without compression.',
        cause: error,
      },
    );
  } finally {
    // It rejects with an error that is thrown already, or with one of bytes that were read ahead and are not wanted.
    await reader.cancel().catch(() => undefined);
  }
}

function streamOf(source: AsyncGenerator<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await source.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await source.return(undefined);
    },
  });
}

const tooDense = (compressed: number, length: number) =>
  new ManifestError(
    'not_compressed_well',
    `${compressed} bytes of gzip become more than ${length} bytes. A list of assets becomes at most ${MOST_GZIP_RATIO} times as large.`,
    { fix: 'Give the file without compression.' },
  );
