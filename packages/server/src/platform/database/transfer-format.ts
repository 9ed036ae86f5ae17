import { createHash } from 'node:crypto';
import { z } from 'zod';
import { MooringError } from '../problem.ts';

// An export is a gzip file of UTF-8 text. Its first line is the header; then come, for each table of the header, its
// rows as PostgreSQL's COPY writes them (https://www.postgresql.org/docs/current/sql-copy.html, text format) and a
// line with `\.`; the last line is the footer.

export const FORMAT = 'mooring-installation';
export const FORMAT_VERSION = 1;
export const END_OF_ROWS = Buffer.from('\\.\n');

const END_AFTER_ROW = Buffer.from('\n\\.\n');
const NEWLINE = 10;
const LONGEST_LINE_BYTES = 16_000_000;

const kind = z.object({ format: z.literal(FORMAT), formatVersion: z.number().int() });
const header = kind.extend({
  createdAt: z.iso.datetime(),
  postgresVersion: z.string(),
  /** The migrations that the database had, in their order. */
  migrations: z.array(z.string()).min(1),
  /** The keys that sealed the secrets in it, in hexadecimal. The import needs them. */
  secretKeyIds: z.array(z.string()),
  /** The last value of each sequence. */
  sequences: z.array(z.object({ name: z.string(), value: z.string().regex(/^-?\d+$/) })),
  tables: z.array(
    z.object({ name: z.string(), columns: z.array(z.string()), rows: z.number().int().min(0) }),
  ),
});
export type Header = z.infer<typeof header>;

/** SHA-256 of every byte before the footer, in hexadecimal. */
const footer = z.object({ sha256: z.string() });
export type Footer = z.infer<typeof footer>;

/** Reads an export from front to back, in constant memory. */
export function readTransfer(input: AsyncIterable<Buffer>) {
  const chunks = input[Symbol.asyncIterator]();
  const hash = createHash('sha256');
  let rest: Buffer = Buffer.alloc(0);

  /** Reads as much again as there is, so that a long line is copied a few times only. False at the end. */
  async function readMore(): Promise<boolean> {
    if (rest.length > LONGEST_LINE_BYTES)
      throw damaged(`a line is longer than ${LONGEST_LINE_BYTES / 1e6} MB`);
    const pieces: Buffer[] = [];
    let added = 0;
    while (added <= rest.length) {
      const next = await chunks.next();
      if (next.done) break;
      pieces.push(next.value);
      added += next.value.length;
    }
    rest = Buffer.concat([rest, ...pieces]);
    return added > 0;
  }

  function take(bytes: number): Buffer {
    const taken = rest.subarray(0, bytes);
    rest = rest.subarray(bytes);
    hash.update(taken);
    return taken;
  }

  async function takeJson(): Promise<unknown> {
    let end = rest.indexOf(NEWLINE);
    while (end < 0) {
      if (!(await readMore())) throw truncated();
      end = rest.indexOf(NEWLINE);
    }
    const line = take(end + 1).toString('utf8');
    try {
      return JSON.parse(line);
    } catch (error) {
      throw damaged('a line is not JSON', error);
    }
  }

  return {
    async header(): Promise<Header> {
      const line = await takeJson();
      const { success, data } = kind.safeParse(line);
      if (!success) throw notAnExport();
      if (data.formatVersion > FORMAT_VERSION) throw newer(`its format is ${data.formatVersion}`);
      const whole = header.safeParse(line);
      if (!whole.success) throw damaged('its header is incomplete', whole.error);
      return whole.data;
    },

    /** The rows of the next table, in chunks of whole rows. */
    async *rows(): AsyncGenerator<Buffer> {
      for (;;) {
        const end = endOfRows(rest);
        if (end > 0) yield take(end);
        if (end >= 0) {
          take(END_OF_ROWS.length);
          return;
        }
        const whole = rest.lastIndexOf(NEWLINE) + 1;
        if (whole > 0) yield take(whole);
        if (!(await readMore())) throw truncated();
      }
    },

    /** Makes sure that everything until here is as it was written, and that nothing follows. */
    async verifyEnd(): Promise<void> {
      const sha256 = hash.copy().digest('hex');
      const { success, data } = footer.safeParse(await takeJson());
      if (!success || data.sha256 !== sha256) throw damaged('its checksum does not match');
      if (rest.length > 0 || (await readMore())) throw damaged('something follows its end');
    },
  };
}

/** Where the line that ends the rows begins, in bytes that begin with a line. -1: it is not there. */
function endOfRows(bytes: Buffer): number {
  if (bytes.subarray(0, END_OF_ROWS.length).equals(END_OF_ROWS)) return 0;
  const at = bytes.indexOf(END_AFTER_ROW);
  return at < 0 ? -1 : at + 1;
}

const COPY_AGAIN = 'Copy the file again from its original place, or make a new export. Nothing was imported.';

export const notAnExport = (cause?: unknown): MooringError =>
  new MooringError('invalid_request', 'This is not an export of Mooring.', {
    fix: 'Give the file that mooring export wrote.',
    cause,
  });
export const truncated = (cause?: unknown): MooringError =>
  new MooringError('invalid_request', 'The export is incomplete: its last part is missing.', {
    fix: COPY_AGAIN,
    cause,
  });
export const damaged = (what: string, cause?: unknown): MooringError =>
  new MooringError('invalid_request', `The export is damaged: ${what}.`, { fix: COPY_AGAIN, cause });
export const newer = (what: string): MooringError =>
  new MooringError('invalid_request', `The export was made by a newer Mooring: ${what}.`, {
    fix: 'Import it with that version of Mooring, or a newer one.',
  });
