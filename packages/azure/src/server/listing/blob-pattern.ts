import { emptyRow, type ObjectRow } from '@mooring/storage/objects';

/** The row of a blob while it is read: its texts are still where they stand in the answer, or are strings. */
export interface BlobFields extends ObjectRow {
  /** Null where the key is the bytes of the answer, as is the ETag. */
  keyText: string | null;
  etagText: string | null;
  /** Neither a snapshot, nor a former version, nor deleted. */
  isCurrent: boolean;
}

export const noFields = (): BlobFields => ({ ...emptyRow(), keyText: null, etagText: null, isCurrent: true });

/** Forgets the blob before. */
export function clear(fields: BlobFields): void {
  fields.keyStart = 0;
  fields.keyEnd = 0;
  fields.keyText = null;
  fields.etagStart = 0;
  fields.etagEnd = 0;
  fields.etagText = null;
  fields.modifiedAt = Number.NaN;
  fields.sizeBytes = 0;
  fields.type = 0;
  fields.tier = 0;
  fields.archiveState = 'readable';
  fields.isDirectory = false;
  fields.isCurrent = true;
}

/** What a text in a blob is to us. */
export const ROLE = { passed: 0, key: 1, modified: 2, etag: 3, size: 4, type: 5, tier: 6 } as const;

/**
 * A step in the ways in which blobs of a page were written so far: some markup, and the text that follows it. Texts
 * that decide whether a blob is listed at all, or is a directory, belong to the markup.
 */
export interface PatternStep {
  /** The markup in words of four bytes, and what is left of one. */
  words: Int32Array;
  rest: Uint8Array;
  /** What the text is; null where the blob ends with the markup. */
  role: number | null;
  /** The ways in which it goes on. */
  next: PatternStep[];
  /** Of the blob that ends here. */
  isDirectory: boolean;
  isCurrent: boolean;
}

/** Blobs of one page differ in few ways; what differs in more is not worth to be kept. */
const MOST_WAYS = 6;
const LESS = 0x3c;
const SLASH = 0x2f;
const GREATER = 0x3e;
const PROPERTIES: Record<string, number> = {
  'Last-Modified': ROLE.modified,
  Etag: ROLE.etag,
  'Content-Length': ROLE.size,
  'Content-Type': ROLE.type,
  AccessTier: ROLE.tier,
};
/** Children of a blob that decide something, or hold no text. */
const MARKUP = new Set(['Deleted', 'Snapshot', 'IsCurrentVersion', 'Properties', 'Metadata']);

/**
 * Adds how a blob was written that was found to be well-formed.
 * @param start after its start tag
 * @param end after its end tag
 */
export function learnPattern(
  first: PatternStep[],
  body: Buffer,
  start: number,
  end: number,
  fields: BlobFields,
): void {
  const texts = textsOf(body, start, end);
  let ways = first;
  let from = start;
  for (const { role, textStart, textEnd } of texts ?? []) {
    ways = wayOf(ways, body, from, textStart, role, fields).next;
    from = textEnd;
  }
  if (texts) wayOf(ways, body, from, end, null, fields);
}

function wayOf(
  ways: PatternStep[],
  body: Buffer,
  start: number,
  end: number,
  role: number | null,
  { isDirectory, isCurrent }: BlobFields,
): PatternStep {
  const words = Int32Array.from({ length: (end - start) >> 2 }, (_, word) =>
    body.readInt32LE(start + word * 4),
  );
  const rest = Uint8Array.from(body.subarray(start + words.length * 4, end));
  const known = ways.find(
    way => way.role === role && Buffer.from(way.rest).equals(rest) && way.words.join() === words.join(),
  );
  if (known) return known;
  const way = { words, rest, role, next: [], isDirectory, isCurrent };
  ways.unshift(way);
  ways.splice(MOST_WAYS);
  return way;
}

interface Text {
  role: number;
  textStart: number;
  textEnd: number;
}

/** The texts of a blob, but for those that are markup to us; null where a tag has attributes. */
function textsOf(body: Buffer, start: number, end: number): Text[] | null {
  const texts: Text[] = [];
  const open: string[] = [];
  for (let at = body.indexOf(LESS, start); at >= 0 && at < end; at = body.indexOf(LESS, at)) {
    const close = body.indexOf(GREATER, at);
    const tag = body.toString('latin1', at + 1, close);
    at = close + 1;
    if (tag.startsWith('/')) open.pop();
    else if (/^\S+ ?\/$/.test(tag)) continue;
    else if (/\s/.test(tag)) return null;
    else {
      open.push(tag);
      const textEnd = body.indexOf(LESS, at);
      const role = body[textEnd + 1] === SLASH ? roleOf(open) : null;
      if (role !== null) texts.push({ role, textStart: at, textEnd });
    }
  }
  return texts;
}

/** Null where the text is markup to us. */
function roleOf(path: readonly string[]): number | null {
  const [parent, name = ''] = path;
  if (path.length === 1 && parent === 'Name') return ROLE.key;
  if (path.length === 1 && MARKUP.has(parent!)) return null;
  if (path.length === 2 && parent === 'Properties') return PROPERTIES[name] ?? ROLE.passed;
  // Names of metadata have no fixed case.
  if (path.length === 2 && parent === 'Metadata' && name.toLowerCase() === 'hdi_isfolder') return null;
  return ROLE.passed;
}
