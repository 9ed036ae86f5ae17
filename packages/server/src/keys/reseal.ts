import type { Trx } from '../catalogue/db.ts';
import { MooringError } from '../platform/problem.ts';
import type { SecretBox } from '../platform/secrets.ts';
import { type RowKey, SEALED_TABLES, type SealedRow } from './sealed-tables.ts';

const AT_ONCE = 100;

/** What was sealed anew, and what could not be opened and stays as it is. */
export interface Resealed {
  count: number;
  unreadable: string[];
}

/**
 * Seals everything anew that was not sealed by the box's first key in today's format.
 * @param options.head what the box's first key begins its secrets with
 * @param options.within runs a part of the work in a transaction, each part in one of its own or all in the same
 */
export async function resealAll(
  box: SecretBox,
  options: {
    head: Buffer;
    open: (row: SealedRow) => string;
    within: <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;
  },
): Promise<Resealed> {
  const { head, open, within } = options;
  const done: Resealed = { count: 0, unreadable: [] };
  for (const readStale of Object.values(SEALED_TABLES)) {
    let after: RowKey | null = null;
    for (;;) {
      const rows: SealedRow[] = await within(async trx => {
        const stale = await readStale(trx, { head, after, limit: AT_ONCE });
        for (const row of stale) {
          const plain = tryOpen(row, open);
          if (plain === null) done.unreadable.push(row.sealedFor.name);
          else await row.store(trx, box.seal(plain, row.sealedFor));
        }
        return stale;
      });
      done.count += rows.length;
      if (rows.length === 0) break;
      after = rows.at(-1)!.key;
    }
  }
  return { ...done, count: done.count - done.unreadable.length };
}

/** Null where it was sealed with a key that is not known, is damaged, or what it belongs to was changed. */
function tryOpen(row: SealedRow, open: (row: SealedRow) => string): string | null {
  try {
    return open(row);
  } catch (error) {
    if (error instanceof MooringError) return null;
    throw error;
  }
}
