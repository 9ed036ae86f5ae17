import { MooringError } from '../platform/problem.ts';

/** Whether PostgreSQL can hold a text exactly: it has no NUL, and no half of a surrogate pair, which UTF-8 lacks. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** The longest keys of the services, and the most directories: https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
export const KEY_LIMITS = { characters: 1024, directories: 254 } as const;

/**
 * Whether a key can be that of an asset. A storage that lists longer or deeper ones is at fault, and each directory of
 * a key costs a folder.
 */
export const isStorableKey = (key: string): boolean =>
  key.length <= KEY_LIMITS.characters &&
  isStorable(key) &&
  key.split('/').length <= KEY_LIMITS.directories + 1;

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
