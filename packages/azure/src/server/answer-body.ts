import { Writable } from 'node:stream';
import { unreadable } from './listing/unreadable.ts';

/** Far more than 5,000 of the longest names with the most metadata take. */
const MOST_BYTES = 256 * 1024 * 1024;
/** Of a buffer that is used again; most pages of a listing are smaller. */
const USUAL_BYTES = 4 * 1024 * 1024;
/** Of those that are read, and come, at the same time. Any more are garbage that V8 is in a hurry to collect. */
const MOST_FREE = 16;

const free: Buffer[] = [];

/** The first `bytes` of a buffer. */
export interface FilledBuffer {
  buffer: Buffer;
  bytes: number;
}

/**
 * Where the bytes of an answer are put together. They are copied as they come, so that the memory that a socket reads
 * to can be used again at once. Fails with a ProviderError `unexpected` where they are too many.
 */
export class AnswerBody extends Writable implements FilledBuffer {
  buffer: Buffer = Buffer.alloc(0);
  bytes = 0;

  constructor() {
    super({ highWaterMark: MOST_BYTES }); // they never wait
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    const bytes = this.bytes + chunk.length;
    const isTooLong = bytes > MOST_BYTES;
    if (!isTooLong) this.#append(chunk, bytes);
    done(isTooLong ? unreadable(`it is longer than ${MOST_BYTES} bytes`) : undefined);
  }

  #append(chunk: Buffer, bytes: number): void {
    if (bytes > this.buffer.length) this.#grow(bytes);
    chunk.copy(this.buffer, this.bytes);
    this.bytes = bytes;
  }

  #grow(bytes: number): void {
    const larger =
      bytes <= USUAL_BYTES
        ? (free.pop() ?? Buffer.allocUnsafeSlow(USUAL_BYTES))
        : Buffer.allocUnsafeSlow(2 * bytes);
    this.buffer.copy(larger, 0, 0, this.bytes);
    this.buffer = larger;
  }
}

/** The bytes, good until anything else is awaited: read them at once. */
export function take({ buffer, bytes }: FilledBuffer): Buffer {
  giveBack(buffer);
  return buffer.subarray(0, bytes);
}

/** A buffer of a body that has been read, or is read at once. */
export function giveBack(buffer: Buffer): void {
  if (buffer.length === USUAL_BYTES && free.length < MOST_FREE) free.push(buffer);
}
