import { MooringError } from '../platform/problem.ts';

/** Whether PostgreSQL can hold a text exactly: it has no NUL, and no half of a surrogate pair, which UTF-8 lacks. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

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
