import type { ByteSource } from './byte-source.ts';
import { ProbeError } from './probe-error.ts';

/**
 * The bytes behind a URL that answers GET with Range, such as a signed URL. For browsers and command lines.
 * @param etag without quotes; null where it is not known
 */
export function urlSource(url: string, sizeBytes: number, etag: string | null): ByteSource {
  return {
    sizeBytes,
    async read(offset, length, signal) {
      const response = await fetch(url, {
        headers: { range: `bytes=${offset}-${offset + length - 1}` },
        signal,
      }).catch(cause => {
        signal.throwIfAborted();
        throw new ProbeError('unreadable', 'The storage did not answer.', { cause });
      });
      if (response.status !== 206 && !(response.status === 200 && offset === 0 && length === sizeBytes)) {
        await response.body?.cancel();
        throw new ProbeError(
          'unreadable',
          `The storage answered with status ${response.status}. It should be 206.`,
        );
      }
      const seen = response.headers.get('etag')?.replace(/^(W\/)?"|"$/g, '');
      if (etag !== null && seen !== undefined && seen !== etag) {
        await response.body?.cancel();
        throw new ProbeError('changed', 'The object has changed since it was listed.');
      }
      return readAtMost(response, length);
    },
  };
}

/** The bytes of an answer. One that has more than were asked for is not read on. */
async function readAtMost(response: Response, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const body = response.body!.getReader();
  let filled = 0;
  for (;;) {
    const { done, value } = await body.read();
    if (done) return bytes.subarray(0, filled);
    if (filled + value.length > length) {
      await body.cancel();
      throw new ProbeError(
        'unreadable',
        `The storage sent more than the ${length} bytes that were asked for.`,
      );
    }
    bytes.set(value, filled);
    filled += value.length;
  }
}
