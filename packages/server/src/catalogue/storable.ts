import { MooringError } from '../platform/problem.ts';

/** Whether PostgreSQL can hold a text exactly: it has no NUL, and no half of a surrogate pair, which UTF-8 lacks. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** The longest keys of the services: https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
export const MOST_KEY_CHARACTERS = 1024;

/** Whether a key can be that of an asset. A storage that lists longer ones is at fault. */
export const isStorableKey = (key: string): boolean =>
  hasCharacters(key, MOST_KEY_CHARACTERS) && isStorable(key);

/** Whether a text has at most so many characters; one outside the first plane of Unicode is one. */
const hasCharacters = (text: string, most: number): boolean =>
  text.length <= most || (text.length <= 2 * most && [...text].length <= most);

/** @throws MooringError `invalid_request` where a field of a request cannot be held or looked for. */
export function requireStorable(fields: Record<string, string | undefined>): void {
  for (const [path, text] of Object.entries(fields)) {
    if (text === undefined || isStorable(text)) continue;
    const message = 'holds a NUL or half of a surrogate pair, which no name can have';
    throw new MooringError('invalid_request', `${path} ${message}.`, {
      fix: `Send ${path} without it.`,
      fields: [{ path, message }],
    });
  }
}
