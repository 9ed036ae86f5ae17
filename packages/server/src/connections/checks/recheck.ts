import type { ConnectionStatus } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { sql } from 'kysely';
import type { Db } from '../../catalogue/db.ts';
import { allEnded } from '../../platform/all-ended.ts';
import type { Logger } from '../../platform/log.ts';
import { MooringError } from '../../platform/problem.ts';
import type { ConnectionIds } from '../rows/row.ts';

const HEALTHY_SECONDS = 6 * 3600;
const FIRST_PAUSE_SECONDS = 60;
const LONGEST_PAUSE_SECONDS = 3600;
/** So that connections of one moment, such as a restart, spread out. */
const JITTER = 0.1;
const AT_ONCE = 4;

/**
 * When a connection is checked again without being asked: soon where it has just begun to fail, later and later where
 * it goes on failing, so that no storage gets too many requests. Null where there is nothing to check.
 * @param failedChecks how many runs in a row have ended so
 */
export function nextCheckAt(
  status: ConnectionStatus,
  failedChecks: number,
  now: Date,
  random: () => number = Math.random,
): Date | null {
  if (status === 'draft' || status === 'unlinked') return null;
  const seconds =
    status === 'healthy'
      ? HEALTHY_SECONDS
      : Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** Math.min(failedChecks - 1, 10));
  return new Date(now.getTime() + seconds * (1 + JITTER * (2 * random() - 1)) * 1000);
}

/** Checks the connections whose time has come, a few at a time, until none is due or the signal aborts. */
export function createRechecks(deps: {
  db: Db;
  clock: Clock;
  log: Logger;
  /** Where browsers load from, where the operator has said so. */
  publicOrigin: string | null;
  checkTimeoutSeconds: number;
  check: (
    ids: ConnectionIds,
    options: { origins: readonly string[]; signal: AbortSignal },
  ) => Promise<unknown>;
}) {
  const { db, clock, log, publicOrigin } = deps;
  /** Longer than a run takes: a connection has fewer checks. A process that took one and died holds it for so long. */
  const leaseSeconds = 20 * deps.checkTimeoutSeconds;

  /** The one that has waited longest; the next look comes after the lease, unless its checks say otherwise. */
  async function take(): Promise<(ConnectionIds & { origins: string[] }) | undefined> {
    const now = clock.now();
    const { rows } = await sql<ConnectionIds & { origins: string[] }>`
      update connections set next_check_at = ${new Date(now.getTime() + leaseSeconds * 1000)}
      where (workspace_id, id) in (
        select workspace_id, id from connections
        where next_check_at <= ${now} and removed_at is null and credential_sealed is not null
        order by next_check_at limit 1 for update skip locked)
      returning workspace_id as "workspaceId", id as "connectionId", checked_origins as origins`.execute(db);
    return rows[0];
  }

  async function checkOne({ origins, ...ids }: ConnectionIds & { origins: string[] }, signal: AbortSignal) {
    try {
      await deps.check(ids, { origins: publicOrigin === null ? origins : [publicOrigin], signal });
    } catch (error) {
      signal.throwIfAborted();
      // Removed, unlinked or replaced meanwhile; or its secret cannot be unsealed.
      if (!(error instanceof MooringError)) throw error;
      log.info({ ...ids, code: error.code }, 'a connection was not checked again');
    }
  }

  return async (signal: AbortSignal): Promise<void> => {
    async function work(): Promise<void> {
      for (let due = await take(); due && !signal.aborted; due = await take()) await checkOne(due, signal);
    }
    await allEnded(Array.from({ length: AT_ONCE }, work));
  };
}
