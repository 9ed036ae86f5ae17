import { Writable } from 'node:stream';
import { unreadable } from './listing/unreadable.ts';

/** More than 5,000 of the longest names with the most metadata take. */
const MOST_BYTES = 128 * 1024 * 1024;
/** Of a buffer that is used again; most pages of a listing are smaller. */
const USUAL_BYTES = 4 * 1024 * 1024;
/** Of those that are read, and come, at the same time. Any more are garbage that V8 is in a hurry to collect. */
const MOST_FREE = 16;

const free: Buffer[] = [];

/** So many answers that are larger than usual may come at once in a process; the others wait before they grow. */
const LARGE_AT_ONCE = 2;
let large = 0;
const waiting = new Set<() => void>();

/** Takes a place among the large answers, or waits for one. Calling what it returns gives the place back. */
function enterLarge(enter: () => void): () => void {
  if (large < LARGE_AT_ONCE) {
    large++;
    enter();
  } else waiting.add(enter);
  let left = false;
  return () => {
    if (left) return;
    left = true;
    if (waiting.delete(enter)) return;
    const next = waiting.values().next().value;
    if (!next) large--;
    else {
      waiting.delete(next);
      next();
    }
  };
}

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
    super({ highWaterMark: 1024 * 1024 }); // they wait only for a place among the large ones
  }

  /** Set while it is one of the large answers, or waits to be one. */
  #leaveLarge: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    const bytes = this.bytes + chunk.length;
    if (bytes > MOST_BYTES) {
      done(unreadable(`it is longer than ${MOST_BYTES} bytes`));
      return;
    }
    const append = () => {
      this.#append(chunk, bytes);
      done();
    };
    if (bytes <= USUAL_BYTES || this.#leaveLarge) append();
    else this.#leaveLarge = enterLarge(append);
  }

  /** Its bytes are those of the reader from now on. */
  override _final(done: () => void): void {
    this.#leaveLarge?.();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#leaveLarge?.();
    done(error);
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
        : Buffer.allocUnsafeSlow(Math.min(2 * bytes, MOST_BYTES));
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
