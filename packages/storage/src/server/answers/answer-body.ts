import { Writable } from 'node:stream';
import { unreadable } from '../listing/unreadable.ts';
import type { TakeTurn } from '../server-kind.ts';

/** More than 5,000 of the longest names, all of them escaped, with the most metadata take. */
const MOST_BYTES = 96 * 1024 * 1024;
/** What an error says is short, also in the page of a proxy. */
export const MOST_ERROR_BYTES = 1024 * 1024;
const MOST_ENTRIES = 5000;
/** Of a buffer that is used again; most pages of a listing are smaller. */
const USUAL_BYTES = 4 * 1024 * 1024;
/** Of those that are read, and come, at the same time. Any more are garbage that V8 is in a hurry to collect. */
const MOST_FREE = 16;

const free: Buffer[] = [];

/** How long a page of a listing can be that has so many entries at most. */
export const mostPageBytes = (entries: number): number =>
  Math.max(USUAL_BYTES, Math.ceil((MOST_BYTES / MOST_ENTRIES) * entries));

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
  readonly #takeTurn: TakeTurn;
  readonly #mostBytes: number;
  #turn: Promise<() => void> | undefined;
  readonly #ended = new AbortController();

  /** @param takeTurn what it waits for before it grows large */
  constructor(takeTurn: TakeTurn, mostBytes: number) {
    super({ highWaterMark: 1024 * 1024 }); // they wait only for their turn
    this.#takeTurn = takeTurn;
    this.#mostBytes = mostBytes;
  }

  /** What comes while it waits for its turn is copied, too. */
  override write(chunk: unknown, ...rest: unknown[]): boolean {
    return super.write(this.writableLength > 0 ? Buffer.from(chunk as Buffer) : chunk, ...(rest as []));
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    const bytes = this.bytes + chunk.length;
    const append = (whole: Buffer) => {
      this.#append(whole, bytes);
      done();
    };
    const most = this.#mostBytes;
    if (bytes > most) done(unreadable(`it is longer than ${most} bytes`));
    else if (bytes <= USUAL_BYTES || this.#turn) append(chunk);
    else {
      const copy = Buffer.from(chunk);
      this.#turn = this.#takeTurn(this.#ended.signal);
      this.#turn.then(() => append(copy), done);
    }
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (error) {
      this.release();
      giveBack(this.buffer);
      this.buffer = Buffer.alloc(0);
    }
    done(error);
  }

  /** Gives its turn back: its bytes have been read, or are not wanted any more. */
  release(): void {
    this.#ended.abort();
    this.#turn?.then(
      giveBack => giveBack(),
      () => {}, // it never came
    );
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
    giveBack(this.buffer);
    this.buffer = larger;
  }
}

/** Reads the bytes at once: none of them may be kept. */
export function readBytes<T>({ buffer, bytes }: FilledBuffer, read: (bytes: Buffer) => T): T {
  try {
    return read(buffer.subarray(0, bytes));
  } finally {
    giveBack(buffer);
  }
}

/** A buffer of a body that has been read. A large one is freed at once: V8 would keep it until it collects its garbage. */
export function giveBack(buffer: Buffer): void {
  if (buffer.length === USUAL_BYTES && free.length < MOST_FREE) free.push(buffer);
  else if (buffer.length > USUAL_BYTES) (buffer.buffer as ArrayBuffer).transfer(0);
}
