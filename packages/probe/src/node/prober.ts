import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { type Budget, DEFAULT_BUDGET } from '../budget.ts';
import type { ByteSource } from '../byte-source.ts';
import type { Format } from '../format.ts';
import { type Probe, readFormat, recognise, withinDeadline } from '../probe.ts';
import { HEAD_BYTES, RangeReader } from '../range-reader.ts';
import { ThreadPool } from './thread-pool.ts';

const FORMATS_MODULE = new URL(`../formats${extname(import.meta.url)}`, import.meta.url);

export interface ProberOptions {
  /** How many files may be with libraries at the same time; as many as there are cores unless set. */
  threads?: number;
  budget?: Budget;
  /** A module that exports FORMATS; Mooring's own unless a test brings others. */
  formats?: URL;
}

/** Probes files in a process that must survive any content. */
export interface Prober {
  /**
   * Like `probe`. Formats that rest on libraries which can spin are read in threads that can be ended. The budget's time
   * begins when there is a thread.
   * @throws ProbeError, or the reason of `signal`
   */
  probe(source: ByteSource, name: string, options?: { signal?: AbortSignal }): Promise<Probe>;
  /** Ends all threads; probes that are under way reject. */
  close(): Promise<void>;
}

export function createProber({
  threads = availableParallelism(),
  budget = DEFAULT_BUDGET,
  formats: module = FORMATS_MODULE,
}: ProberOptions = {}): Prober {
  const pool = new ThreadPool(module, threads);
  const closing = new AbortController();
  const loading: Promise<{ FORMATS: readonly Format[] }> = import(module.href);

  return {
    async probe(source, name, { signal } = {}) {
      const { FORMATS } = await loading;
      const stop = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
      const here = await withinDeadline(budget, stop, async within => {
        const reader = new RangeReader(source, budget, within);
        const format = await recognise(reader, FORMATS);
        if (format.canSpin) return { head: await reader.upTo(0, HEAD_BYTES) };
        return { probe: await readFormat(reader, format, name, FORMATS) };
      });
      if (here.probe) return here.probe;
      const rest = withHead(source, here.head);
      return pool.with(stop, thread =>
        withinDeadline(budget, stop, within => thread.run(rest, name, budget, within)),
      );
    },
    async close() {
      closing.abort(new Error('The prober was closed while it read this file.'));
      await pool.end();
    },
  };
}

/** A source of which the head is there already. */
const withHead = (source: ByteSource, head: Uint8Array): ByteSource => ({
  sizeBytes: source.sizeBytes,
  read: async (offset, length, signal) =>
    offset + length <= head.length
      ? head.subarray(offset, offset + length)
      : source.read(offset, length, signal),
});
