import type { Source } from '@mooring/contract';
import type { Clock, Provider } from '@mooring/storage/server';
import type pg from 'pg';
import type { Db, Trx } from '../catalogue/db.ts';
import type { Gate } from '../listing/gate.ts';
import type { PageMemory } from '../listing/page-memory.ts';
import type { RetryOptions } from '../listing/retry.ts';
import type { ItemError } from '../operations/handler.ts';
import type { SyncKey } from './sync-ranges.ts';

/** What each worker on a sync works with: the one that runs the operation, and those that help it. */
export interface Work {
  key: SyncKey;
  source: Source;
  provider: Provider;
  startedAt: Date;
  dryRun: boolean;
  db: Db;
  pool: pg.Pool;
  clock: Clock;
  signal: AbortSignal;
  gate: Gate;
  /** Of the process. */
  memory: PageMemory;
  listing: { pageSize?: number; retry?: RetryOptions };
  rowsAtOnce: number;
  /** Throws where this worker may not go on, inside the transaction that does the work. */
  fence(trx: Trx): Promise<void>;
  /** Comes last in a transaction that moved ranges on: updates what others see of the sync. */
  report(trx: Trx): Promise<void>;
  addErrors(trx: Trx, errors: readonly ItemError[]): Promise<void>;
}

/** How many objects a page can hold. */
export const pageSizeOf = ({ listing, provider }: Pick<Work, 'listing' | 'provider'>): number =>
  listing.pageSize ?? provider.capabilities.list.maxPageSize;
