import { z } from 'zod';

/** Of the JSON of one asset or folder, in UTF-8. */
export const MOST_METADATA_BYTES = 65_536;
/** Objects and lists inside each other. */
export const MOST_METADATA_DEPTH = 32;
export const MOST_TAGS = 100;

/** What is wrong with client metadata; null where nothing is. */
export function metadataMistake(metadata: unknown): string | null {
  if (depthOf(metadata) > MOST_METADATA_DEPTH) return `is deeper than ${MOST_METADATA_DEPTH} levels`;
  const json = JSON.stringify(metadata);
  if (new TextEncoder().encode(json).length > MOST_METADATA_BYTES)
    return `has more than ${MOST_METADATA_BYTES} bytes as JSON`;
  // JSON writes what no database holds as an escape: a NUL, or half of a surrogate pair.
  if (/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/.test(json)) return 'holds a NUL or half of a surrogate pair';
  return null;
}

/** It goes no deeper than needed to see that it is too much. */
function depthOf(value: unknown, from = 0): number {
  if (typeof value !== 'object' || value === null || from > MOST_METADATA_DEPTH) return from;
  return Object.values(value).reduce<number>(
    (deepest, inner) => Math.max(deepest, depthOf(inner, from + 1)),
    from + 1,
  );
}

/** What an owner says of an asset or a folder: any JSON object, within limits. */
export const clientMetadata = z.record(z.string(), z.unknown()).superRefine((metadata, context) => {
  const mistake = metadataMistake(metadata);
  if (mistake) context.addIssue({ code: 'custom', message: mistake });
});

export const metadataChange = clientMetadata.meta({
  description:
    'Top-level keys to set; a key that is null is removed, and the others stay. With them the metadata has at most 64 KB',
  example: { patient: 'p-0042', site: 'Berlin' },
});

/** A word that people put on assets. */
export const tag = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cs},]+$/u, 'expected a word without commas and control characters')
  .meta({ id: 'Tag', description: 'At most 64 characters, without commas', example: 'night' });

const tags = z.array(tag).max(MOST_TAGS);

/** Tags to put on, and to take off. */
export const tagChange = z
  .strictObject({ add: tags.default([]), remove: tags.default([]) })
  .refine(({ add, remove }) => add.length + remove.length > 0, 'expected a tag to add or to remove')
  .refine(({ add, remove }) => !add.some(tag => remove.includes(tag)), 'a tag is both added and removed');
export type TagChange = z.output<typeof tagChange>;
