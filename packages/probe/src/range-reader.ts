import type { Budget } from './budget.ts';
import type { ByteSource } from './byte-source.ts';
import { ProbeError, wordsOf } from './probe-error.ts';

/** The first and the last bytes, which are fetched at once: most formats say all they have to say there. */
export const HEAD_BYTES = 64 * 1024;
const BLOCK_BYTES = 64 * 1024;
/** Blocks that are fetched before they are asked for. */
const MOST_AHEAD = 16;

/**
 * Reads a file here and there, in few requests. What was fetched stays, in blocks of 64 KiB; reads that follow each other
 * fetch further ahead each time. Throws `over_budget` before a budget is passed.
 */
export class RangeReader {
  readonly sizeBytes: number;
  readonly signal: AbortSignal;
  readonly #source: ByteSource;
  readonly #budget: Budget;
  readonly #blocks = new Map<number, Promise<Uint8Array>>();
  readonly #deadline: number;
  readonly #spent = { bytes: 0, requests: 0, reads: 0 };
  #nextBlock = -1;
  #ahead = 0;

  constructor(source: ByteSource, budget: Budget, signal: AbortSignal) {
    this.sizeBytes = source.sizeBytes;
    this.signal = signal;
    this.#source = source;
    this.#budget = budget;
    this.#deadline = performance.now() + budget.milliseconds;
  }

  /** What it has cost so far. */
  get spent(): { bytes: number; requests: number; reads: number } {
    return { ...this.#spent };
  }

  /**
   * Bytes from `offset`; fewer than `length` only at the end of the file.
   * @throws ProbeError
   */
  async upTo(offset: number, length: number): Promise<Uint8Array> {
    await this.#account();
    if (!Number.isSafeInteger(offset) || offset < 0 || length <= 0 || offset >= this.sizeBytes)
      return new Uint8Array();
    const end = Math.min(offset + length, this.sizeBytes);
    if (end - offset > this.#budget.bytes) throw overBudget('bytes', this.#budget.bytes);
    const first = Math.floor(offset / BLOCK_BYTES);
    const last = Math.floor((end - 1) / BLOCK_BYTES);
    this.#fetch(first, this.#withReadAhead(first, last));
    if (first === last) {
      const block = await this.#blocks.get(first)!;
      return block.subarray(offset - first * BLOCK_BYTES, end - first * BLOCK_BYTES);
    }
    const bytes = new Uint8Array(end - offset);
    for (let i = first; i <= last; i++) {
      const block = await this.#blocks.get(i)!;
      const from = Math.max(offset - i * BLOCK_BYTES, 0);
      bytes.set(block.subarray(from, end - i * BLOCK_BYTES), i * BLOCK_BYTES + from - offset);
    }
    return bytes;
  }

  /**
   * Exactly `length` bytes from `offset`.
   * @throws ProbeError `truncated` where the file ends before
   */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = await this.upTo(offset, length);
    if (bytes.length === length) return bytes;
    throw new ProbeError(
      'truncated',
      `The file has ${this.sizeBytes} bytes. It says that there is something at byte ${offset + length - 1}.`,
    );
  }

  /** Like `read`, for numbers. */
  async view(offset: number, length: number): Promise<DataView> {
    const bytes = await this.read(offset, length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Fetches what will be read next in one request, without waiting for it. What does not exist or costs too much is left. */
  prefetch(offset: number, length: number): void {
    const end = Math.min(offset + length, this.sizeBytes);
    if (offset < 0 || end <= offset || this.#spent.bytes + end - offset > this.#budget.bytes) return;
    if (this.#spent.requests >= this.#budget.requests) return;
    this.#fetch(Math.floor(offset / BLOCK_BYTES), Math.floor((end - 1) / BLOCK_BYTES));
  }

  /** Counts a read; lets others run now and then, so that a parser that loops over reads blocks no thread. */
  async #account(): Promise<void> {
    if (++this.#spent.reads > this.#budget.reads) throw overBudget('reads', this.#budget.reads);
    if (this.#spent.reads % 256 === 0) await new Promise(resolve => setTimeout(resolve));
    if (performance.now() > this.#deadline) throw overBudget('milliseconds', this.#budget.milliseconds);
    this.signal.throwIfAborted();
  }

  /** The last block to fetch: further on where the first that is missing follows what was fetched last. */
  #withReadAhead(first: number, last: number): number {
    let missing = first;
    while (missing <= last && this.#blocks.has(missing)) missing++;
    if (missing > last) return last;
    this.#ahead = missing === this.#nextBlock ? Math.min(Math.max(1, this.#ahead * 2), MOST_AHEAD) : 0;
    const lastOfFile = Math.floor((this.sizeBytes - 1) / BLOCK_BYTES);
    const affordable = Math.floor((this.#budget.bytes - this.#spent.bytes) / BLOCK_BYTES);
    const end = Math.max(last, Math.min(last + this.#ahead, lastOfFile, missing + affordable - 1));
    this.#nextBlock = end + 1;
    return end;
  }

  /** Begins a request for each run of blocks that is missing. */
  #fetch(first: number, last: number): void {
    for (let begin = first; begin <= last; begin++) {
      if (this.#blocks.has(begin)) continue;
      let end = begin;
      while (end < last && !this.#blocks.has(end + 1)) end++;
      this.#request(begin, end);
      begin = end;
    }
  }

  #request(first: number, last: number): void {
    const offset = first * BLOCK_BYTES;
    const length = Math.min((last + 1) * BLOCK_BYTES, this.sizeBytes) - offset;
    if (this.#spent.requests >= this.#budget.requests) throw overBudget('requests', this.#budget.requests);
    if (this.#spent.bytes + length > this.#budget.bytes) throw overBudget('bytes', this.#budget.bytes);
    this.#spent.requests++;
    this.#spent.bytes += length;
    const answer = this.#ask(offset, length);
    answer.catch(() => undefined); // A reader of the block gets the error. A prefetched block may have no reader.
    for (let i = first; i <= last; i++) {
      const from = (i - first) * BLOCK_BYTES;
      const block = answer.then(bytes => bytes.subarray(from, from + BLOCK_BYTES));
      block.catch(() => undefined);
      this.#blocks.set(i, block);
    }
  }

  async #ask(offset: number, length: number): Promise<Uint8Array> {
    this.signal.throwIfAborted();
    const bytes = await untilAborted(this.#source.read(offset, length, this.signal), this.signal).catch(
      error => {
        this.signal.throwIfAborted();
        if (error instanceof ProbeError) throw error;
        throw new ProbeError('unreadable', `The storage did not answer: ${wordsOf(error)}`, { cause: error });
      },
    );
    if (bytes.length === length) return bytes;
    throw new ProbeError(
      'unreadable',
      `The storage sent ${bytes.length} bytes. The request was for ${length} bytes from byte ${offset}.`,
    );
  }
}

/** Rejects as soon as the signal aborts, also where a source does not listen to it. */
function untilAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  return promise;
}

export const overBudget = (what: keyof Budget, limit: number): ProbeError =>
  new ProbeError(
    'over_budget',
    `Reading this file needs more than ${limit.toLocaleString('en')} ${what}. That is the limit for one asset.`,
  );
