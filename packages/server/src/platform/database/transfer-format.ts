import { createHash } from 'node:crypto';
import { z } from 'zod';
import { MooringError } from '../problem.ts';
import { nameOf, type SecretKeys } from '../secrets.ts';
import {
  type ExportSignature,
  type Part,
  signatureSchema,
  wordsOf,
  wrongPartOf,
} from './transfer-signature.ts';

// An export is a gzip file of UTF-8 text. Its first line is the header; then come, for each table of the header, its
// rows as PostgreSQL's COPY writes them (https://www.postgresql.org/docs/current/sql-copy.html, text format) and a
// line with `\.`; the last line is the footer.

export const FORMAT = 'mooring-installation';
/** Before version 2 an export had no signature. */
export const FORMAT_VERSION = 2;
export const END_OF_ROWS = Buffer.from('\\.\n');

const END_AFTER_ROW = Buffer.from('\n\\.\n');
const NEWLINE = 10;
const LONGEST_LINE_BYTES = 16_000_000;

const kind = z.object({ format: z.literal(FORMAT), formatVersion: z.number().int() });
const header = kind.extend({
  /** Random; of version 2 on. */
  id: z.string().optional(),
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

const footer = z.object({
  /** SHA-256 of every byte before the footer, in hexadecimal. */
  sha256: z.string(),
  signature: signatureSchema.nullable().default(null),
});
export type Footer = z.infer<typeof footer>;

/** Reads an export from front to back, in constant memory. */
export function readTransfer(input: AsyncIterable<Buffer>) {
  const chunks = input[Symbol.asyncIterator]();
  const hash = createHash('sha256');
  let partHash = createHash('sha256');
  const parts: Part[] = [];
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
    partHash.update(taken);
    return taken;
  }

  function endPart(table: string | null): void {
    parts.push({ table, sha256: partHash.digest('hex') });
    partHash = createHash('sha256');
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
      endPart(null);
      return whole.data;
    },

    /** The rows of the next table, in chunks of whole rows. */
    async *rows(table: string): AsyncGenerator<Buffer> {
      for (;;) {
        const end = endOfRows(rest);
        if (end > 0) yield take(end);
        if (end >= 0) {
          take(END_OF_ROWS.length);
          endPart(table);
          return;
        }
        const whole = rest.lastIndexOf(NEWLINE) + 1;
        if (whole > 0) yield take(whole);
        if (!(await readMore())) throw truncated();
      }
    },

    /**
     * Makes sure that everything until here is as it was written, and that nothing follows.
     * @returns the signature; without keys, nothing is known of who made it
     */
    async verifyEnd({ keys, mayLackSignature }: TransferTrust): Promise<ExportSignature | null> {
      const sha256 = hash.copy().digest('hex');
      const { success, data } = footer.safeParse(await takeJson());
      if (!success) throw damaged('its checksum does not match');
      const { signature } = data;
      if (signature) requireParts(signature, parts, keys);
      else if (!mayLackSignature) throw unsigned();
      if (data.sha256 !== sha256) throw damaged('its checksum does not match');
      if (rest.length > 0 || (await readMore())) throw damaged('something follows its end');
      return signature;
    },
  };
}

/** What an import relies on. */
export interface TransferTrust {
  /** Of the installation; null: this machine has none. */
  keys: SecretKeys | null;
  /** Whether an export without a signature is taken. */
  mayLackSignature: boolean;
}

/** @throws MooringError naming the part that is not as it was signed */
function requireParts(signature: ExportSignature, parts: readonly Part[], keys: SecretKeys | null): void {
  const isSigned = (part: Part, at: number) =>
    signature.parts[at]?.table === part.table && signature.parts[at].sha256 === part.sha256;
  const unlike = parts.find((part, at) => !isSigned(part, at));
  if (unlike) throw altered(wordsOf(unlike));
  if (signature.parts.length !== parts.length) throw altered('its signature');
  if (keys && !keys.some(key => nameOf(key) === signature.keyId)) throw otherKey(signature.keyId, keys);
  const wrong = keys && wrongPartOf(signature, keys);
  if (wrong) throw altered(wrong);
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
const altered = (what: string): MooringError =>
  new MooringError(
    'invalid_request',
    `The export was altered after it was written: ${what} is not what the installation signed.`,
    { fix: `Find out who could change the file. ${COPY_AGAIN}` },
  );
const otherKey = (keyId: string, keys: SecretKeys): MooringError =>
  new MooringError(
    'invalid_request',
    `The export is signed with the key ${keyId}. This machine has ${keys.map(nameOf).join(', ')}.`,
    {
      fix: 'Set MOORING_SECRET_KEY to the key of the installation that wrote it. Its credentials open with that key only. Nothing was imported.',
    },
  );
const unsigned = (): MooringError =>
  new MooringError(
    'invalid_request',
    'The export has no signature. An older Mooring wrote it, or a machine without the key, or its signature was removed.',
    {
      fix: 'If you are sure that only you could change the file, import it with --unsigned. Nothing was imported.',
    },
  );
export const newer = (what: string): MooringError =>
  new MooringError('invalid_request', `The export was made by a newer Mooring: ${what}.`, {
    fix: 'Import it with that version of Mooring, or a newer one.',
  });
