import { MooringError } from '@mooring/contract';

export { MooringError } from '@mooring/contract';

/**
 * Refuses a change of settings that was made for another revision than the one they have.
 * @param asked by the client; undefined: any will do
 * @throws MooringError `stale_revision`
 */
export function requireRevision(current: number, asked: number | undefined): void {
  if (asked === undefined || asked === current) return;
  throw new MooringError(
    'stale_revision',
    `The settings are at revision ${current}; the change was made for revision ${asked}.`,
    { fix: 'Read them again, and make the change to their current revision.' },
  );
}

export const notFound = (what: string, id: string): MooringError =>
  new MooringError('not_found', `There is no ${what} ${id} in this workspace.`, {
    fix: `List the ${what}s to see which there are.`,
  });
