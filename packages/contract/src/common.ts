import { z } from 'zod';

/** Every id is a prefix that says what it names, an underscore, and 20 characters that sort by time of creation. */
export const ID_PREFIXES = {
  workspace: 'ws',
  member: 'mem',
  invitation: 'inv',
  token: 'tok',
  sshKey: 'key',
  session: 'ses',
  connection: 'con',
  source: 'src',
  folder: 'fld',
  asset: 'ast',
  operation: 'op',
  registration: 'reg',
  edit: 'edt',
  dataset: 'ds',
  connector: 'cnr',
  webhook: 'whk',
  delivery: 'dlv',
  feed: 'fed',
  setupLink: 'stl',
  link: 'lnk',
  signInLink: 'sil',
} as const;
export type IdKind = keyof typeof ID_PREFIXES;

export const id = (kind: IdKind) =>
  z
    .string()
    .regex(new RegExp(`^${ID_PREFIXES[kind]}_[0-9a-hjkmnp-tv-z]{20}$`), {
      error: `expected an id that begins with ${ID_PREFIXES[kind]}_`,
    })
    .meta({ description: `Id of a ${kind}`, example: `${ID_PREFIXES[kind]}_01k9zq3v8w2m4n6p8r0t` });

/** RFC 3339 in UTC, e.g. `2026-11-22T01:10:00.000Z`. */
export const timestamp = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });

/** Of the settings of a thing: two people who change it at once notice. */
export const revision = z
  .number()
  .int()
  .meta({ description: 'Rises with each change of the settings; send as If-Match' });

/** What pages of any list look like: ask again with `cursor` set to `nextCursor` until it is null. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Pass as `cursor` for the next page; null at the end' }),
  });

export const pageQuery = z.strictObject({
  cursor: z.string().max(10_000).optional().meta({ description: 'nextCursor of the page before' }),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/**
 * A sum of sizes. A storage may say any size of its objects, so a sum may be more than a JavaScript number holds
 * exactly; then it is a text of digits.
 */
export const byteSum = z.union([z.number().int(), z.string().regex(/^\d+$/)]).meta({
  id: 'ByteSum',
  description: 'Bytes; from 2^53 on as a text of digits, because a JavaScript number is not exact there',
});
export type ByteSum = z.infer<typeof byteSum>;

/** An exact sum as the API answers it. */
export const toByteSum = (bytes: bigint): ByteSum =>
  bytes <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bytes) : String(bytes);
