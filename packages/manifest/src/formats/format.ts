import type { At } from '../at.ts';
import type { JsonValue, ManifestItem } from '../item.ts';

/**
 * Makes an item of one value of a file; null: the value is none, such as a header.
 * @throws ItemError
 */
export type ReadItem = (value: JsonValue, at: At) => ManifestItem | null;
