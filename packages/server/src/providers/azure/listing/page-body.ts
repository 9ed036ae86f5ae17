import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { unreadable } from './unreadable.ts';

/** Far more than 5,000 of the longest names with the most metadata take. */
const MOST_BYTES = 256 * 1024 * 1024;
/** Of a buffer that is used again; most pages are smaller. */
const USUAL_BYTES = 4 * 1024 * 1024;
const MOST_FREE = 8;

/** Bytes as they come are copied at once: kept until the end, they cost a fifth of the time of a listing. */
const free: Buffer[] = [];

/** The bytes of an answer. */
export interface PageBody {
  buffer: Buffer;
  bytes: number;
}

/** @throws ProviderError `unexpected` where it is too long; what the stream fails with */
export async function readBody(stream: Readable): Promise<PageBody> {
  const body: PageBody = { buffer: free.pop() ?? Buffer.allocUnsafeSlow(USUAL_BYTES), bytes: 0 };
  stream.on('data', (chunk: Buffer) => {
    const bytes = body.bytes + chunk.length;
    if (bytes > MOST_BYTES) stream.destroy(unreadable(`it is longer than ${MOST_BYTES} bytes`));
    else {
      if (bytes > body.buffer.length) body.buffer = enlarged(body.buffer, 2 * bytes);
      chunk.copy(body.buffer, body.bytes);
      body.bytes = bytes;
    }
  });
  await finished(stream);
  return body;
}

/** The bytes, good until anything else is awaited: read them at once. */
export function take({ buffer, bytes }: PageBody): Buffer {
  giveBack(buffer);
  return buffer.subarray(0, bytes);
}

/** A buffer of a body that has been read, or is read at once. */
export function giveBack(buffer: Buffer): void {
  if (buffer.length === USUAL_BYTES && free.length < MOST_FREE) free.push(buffer);
}

function enlarged(buffer: Buffer, bytes: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(bytes);
  buffer.copy(larger);
  return larger;
}
