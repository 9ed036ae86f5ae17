import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from } from 'pg-copy-streams';
import { forCaller } from '../platform/database/caller-signal.ts';
import { createDbOn } from '../platform/database/pool.ts';
import type { Trx } from './db.ts';
import type { Schema } from './schema.ts';

/**
 * Fills a table inside a transaction: `into` is the table with its columns. `write` is called for each row, with its
 * index, and writes one value for each column.
 */
export type CopyRows = <Row>(
  into: string,
  rows: readonly Row[],
  write: (values: CopyValues, row: Row, at: number) => void,
) => Promise<void>;

/**
 * A transaction that can also copy. When the signal aborts, it is given up at once, and not at its end. The connection is
 * thrown away where it failed.
 */
export async function transactWithCopy<T>(
  pool: pg.Pool,
  signal: AbortSignal,
  work: (trx: Trx, copy: CopyRows) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let failed = true;
  try {
    const copy: CopyRows = async (into, rows, write) => {
      signal.throwIfAborted();
      const values = Readable.from(pieces(rows, write), { objectMode: true });
      await pipeline(values, client.query(from(`copy ${into} from stdin (format binary)`)), { signal });
    };
    const transaction = createDbOn<Schema>(client).transaction();
    const result = await forCaller(signal, () => transaction.execute(trx => work(trx, copy)));
    failed = false;
    return result;
  } finally {
    client.release(failed);
  }
}

// https://www.postgresql.org/docs/current/sql-copy.html, the binary format: the server parses nothing, and each text
// is checked once.
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const END = Buffer.from([0xff, 0xff]);
const NULL_LENGTH = -1;
/** Where PostgreSQL begins to count time. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
const PIECE_BYTES = 128 * 1024;

function* pieces<Row>(
  rows: readonly Row[],
  write: (values: CopyValues, row: Row, at: number) => void,
): Generator<Buffer> {
  const values = new CopyValues();
  yield HEADER;
  for (let at = 0; at < rows.length; at++) {
    values.beginRow();
    write(values, rows[at]!, at);
    if (values.bytes >= PIECE_BYTES) yield values.take();
  }
  yield values.take();
  yield END;
}

/** The values of rows, one after the other, in the order of the columns. */
export class CopyValues {
  #buffer = Buffer.allocUnsafeSlow(2 * PIECE_BYTES);
  #at = 0;
  /** Where the row begins, and how many values it has so far. */
  #row = 0;
  #count = 0;

  get bytes(): number {
    return this.#at;
  }

  beginRow(): void {
    this.#room(2);
    this.#row = this.#at;
    this.#count = 0;
    this.#at += 2;
  }

  text(value: string | null): void {
    if (value === null) {
      this.#length(NULL_LENGTH);
      return;
    }
    this.#room(4 + value.length * 3);
    const written = this.#buffer.write(value, this.#at + 4, 'utf8');
    this.#length(written);
    this.#at += written;
  }

  /** A whole number, exact up to 2⁵³, for a column `int8`. */
  int8(value: number): void {
    this.#length(8);
    this.#buffer.writeInt32BE(Math.floor(value / 2 ** 32), this.#at);
    this.#buffer.writeUInt32BE(value >>> 0, this.#at + 4);
    this.#at += 8;
  }

  /** For a column `int4`. */
  int4(value: number): void {
    this.#length(4);
    this.#buffer.writeInt32BE(value, this.#at);
    this.#at += 4;
  }

  /** For a column `timestamptz`, which counts microseconds. */
  time(value: Date): void {
    this.int8((value.getTime() - EPOCH_MS) * 1000);
  }

  boolean(value: boolean): void {
    this.#length(1);
    this.#buffer[this.#at++] = value ? 1 : 0;
  }

  /** What was written since the last time. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#at);
    this.#buffer = Buffer.allocUnsafeSlow(2 * PIECE_BYTES);
    this.#at = 0;
    return taken;
  }

  /** Begins a value. */
  #length(bytes: number): void {
    this.#room(4 + Math.max(0, bytes));
    this.#buffer.writeInt32BE(bytes, this.#at);
    this.#at += 4;
    this.#buffer.writeUInt16BE(++this.#count, this.#row);
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
