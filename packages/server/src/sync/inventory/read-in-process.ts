import { fork } from 'node:child_process';
import { on } from 'node:events';
import { extname } from 'node:path';
import type { InventoryRow, Reader } from '@mooring/storage/server';
import type { Limits } from '../../platform/config-limits.ts';
import { MooringError } from '../../platform/problem.ts';
import type { FromProcess, ReportFormat, ToProcess } from './report-messages.ts';
import { residentBytes } from './resident-bytes.ts';

const ENTRY = new URL(`./report-process${extname(import.meta.url)}`, import.meta.url);
const MEGABYTE = 1024 * 1024;
/** Of the memory of the process; the rest is for buffers and for Node itself. */
const HEAP_SHARE = 0.75;
const WATCH_EVERY_MS = 100;
/** Of the file at once. */
const MOST_BYTES = 128 * MEGABYTE;

export type ReadingLimits = Pick<Limits, 'inventoryMemoryMb' | 'inventoryStallSeconds'>;

/**
 * Reads the rows of a file that someone else wrote, in batches. It is parsed in a process of its own, which holds no
 * secret and is killed where it takes too much memory, where it reads too long without a row, and where the signal
 * aborts. Time that the storage or the database takes does not count.
 * @throws MooringError `invalid_request`; ProviderError; what `columnsOf` throws; the signal's reason
 */
export async function* readInProcess(
  reader: Reader,
  { container, key }: { container: string; key: string },
  reading: {
    format: ReportFormat;
    columns: readonly string[] | null;
    columnsOf(header: readonly string[]): ReadonlyMap<string, string>;
    skip: number;
    signal: AbortSignal;
  },
  { inventoryMemoryMb, inventoryStallSeconds }: ReadingLimits,
): AsyncGenerator<InventoryRow[]> {
  const { format, columns, columnsOf, skip, signal } = reading;
  const { sizeBytes, etag } = await reader.head(container, key, signal);
  const child = fork(ENTRY, {
    execArgv: [`--max-old-space-size=${Math.floor(inventoryMemoryMb * HEAP_SHARE)}`],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const failing = new AbortController();
  const stop = AbortSignal.any([signal, failing.signal]);
  const tooMuchMemory = () =>
    failing.abort(
      refused(
        `${key} cannot be read with ${inventoryMemoryMb} MB of memory.`,
        'Choose a report in smaller files, or ask the person who runs Mooring to raise inventoryMemoryMb.',
      ),
    );
  const tooLong = () =>
    failing.abort(
      refused(
        `Reading ${key} took more than ${inventoryStallSeconds} seconds without a row.`,
        'Choose a report in smaller files, or ask the person who runs Mooring to raise inventoryStallSeconds.',
      ),
    );
  child.once('exit', tooMuchMemory); // it ends by itself only where V8 has no memory left
  child.once('error', error => failing.abort(error));
  const watch = setInterval(async () => {
    const resident = child.pid === undefined ? 0 : await residentBytes(child.pid);
    if (resident > inventoryMemoryMb * MEGABYTE) tooMuchMemory();
  }, WATCH_EVERY_MS);
  const startTimer = () => setTimeout(tooLong, inventoryStallSeconds * 1000);
  const send = (message: ToProcess) => child.send(message, () => {}); // where that fails, `exit` says so

  const readBytes = async (start: number, end: number): Promise<Buffer> => {
    if (!(start >= 0 && end <= sizeBytes && end - start <= MOST_BYTES)) {
      const size = (end - start).toLocaleString('en');
      throw refused(`A part of ${key} has ${size} bytes; Mooring reads at most 128 MB at once.`, SMALLER);
    }
    if (start >= end) return Buffer.alloc(0);
    const range = { start, end: end - 1 };
    const { body } = await reader.readRange(container, key, { range, ifMatch: etag, signal: stop });
    return Buffer.concat(await Array.fromAsync(body as AsyncIterable<Buffer>));
  };

  let timer = startTimer();
  try {
    send({ start: { format, sizeBytes, columns, skip } });
    for await (const [message] of on(child, 'message', { signal: stop }) as AsyncIterable<[FromProcess]>) {
      clearTimeout(timer);
      if ('done' in message) return;
      if ('failure' in message) throw refused(`${key} cannot be read: ${message.failure}.`, UNSPOILT);
      if (message.ask === 'take') yield message.rows;
      const answer =
        message.ask === 'bytes'
          ? await readBytes(message.start, message.end)
          : message.ask === 'columns' && [...columnsOf(message.header)];
      timer = startTimer();
      send({ answer });
    }
  } catch (error) {
    throw stop.aborted ? stop.reason : error;
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    child.removeListener('exit', tooMuchMemory);
    child.kill('SIGKILL');
  }
}

const UNSPOILT = 'Choose a report that is finished and that has not been changed since.';
const SMALLER = 'Choose a report in smaller files.';
const refused = (message: string, fix: string): MooringError =>
  new MooringError('invalid_request', message, { fix });
