import type { AzureLocation, BrowserResults, Check, CheckId, CheckRun, Connection } from '@mooring/contract';
import type { CheckDefinition, Clock } from '@mooring/storage/server';
import type { Updateable } from 'kysely';
import type { Db, Trx } from '../../catalogue/db.ts';
import type { Schema } from '../../catalogue/schema.ts';
import type { Logger } from '../../platform/log.ts';
import { MooringError, notFound } from '../../platform/problem.ts';
import { unlinked } from '../opening/provider-cache.ts';
import type { ProviderFactory } from '../opening/provider-factory.ts';
import type { OwnershipRecord } from '../ownership/proof-record.ts';
import { type ConnectionRow, isLinked, type LinkedRow, selectConnections } from '../rows/row.ts';
import { tellStatus } from '../rows/status.ts';
import { readBrowserResults } from './browser-results.ts';
import { nextCheckAt } from './recheck.ts';
import { ofBrowsers, readResults, replaceResults, verdictOfStored, withResults } from './results.ts';
import { runCheckDefinitions, withDependencies } from './runner.ts';

export interface RunOptions {
  /** That browsers load from. */
  origins: readonly string[];
  signal: AbortSignal;
  /** Called with each check whenever it changes. */
  onCheck: (check: Check) => void;
  /** Only these, and what they depend on. */
  only?: readonly CheckId[] | undefined;
  /** Name of the member or token that asked; default: Mooring itself. */
  by?: string | null | undefined;
  /** Leaves the status as it is until there is a verdict: nobody waits for it. */
  background?: boolean | undefined;
  /** How long a refusal that a newly granted role would end is tried again. Default: not at all. */
  waitSeconds?: number | undefined;
}

/** How often a run says that it is alive: see `LONGEST_CHECKS_MS` in row.ts. */
const ALIVE_MS = 60_000;

/** Runs the checks of connections and keeps their results, and those that browsers found. */
export function createChecks(deps: {
  db: Db;
  clock: Clock;
  log: Logger;
  mustFind: (workspaceId: string, connectionId: string) => Promise<ConnectionRow>;
  providers: Pick<ProviderFactory, 'checks'>;
  ownership: OwnershipRecord;
}) {
  const { db, clock, log, ownership } = deps;

  /** What is found of the ownership is written down at once: the checks behind it may be long, and the use waits. */
  const openChecks = (row: LinkedRow) =>
    deps.providers.checks(row, {
      proven: by => ownership.proven(row, by),
      lost: () => ownership.lost(row),
    });

  async function run(workspaceId: string, connectionId: string, options: RunOptions): Promise<CheckRun> {
    options.signal.throwIfAborted();
    const row = await deps.mustFind(workspaceId, connectionId);
    if (!isLinked(row)) throw unlinked(row);
    // A provider of its own: one in use may hold a token that was revoked meanwhile.
    const provider = openChecks(row);
    const verifying = () =>
      setStatus(row, { status: 'verifying', status_reason: null, updated_at: clock.now() });
    const sayAlive = () =>
      verifying().catch(error => log.warn({ err: error }, 'a run of checks could not say that it is alive'));
    let said: Promise<unknown> = Promise.resolve();
    const alive = options.background
      ? undefined
      : setInterval(() => {
          said = sayAlive();
        }, ALIVE_MS);
    /** Also waits for what is on its way: it must not come after the verdict. */
    const keepQuiet = async () => {
      clearInterval(alive);
      await said;
    };
    try {
      const definitions = chosen(provider.checks, options.only);
      if (!options.background) await verifying();
      const { container, prefix } = row.location as AzureLocation;
      const place = { container, prefix, origins: options.origins };
      const { onCheck, signal, waitSeconds = 0 } = options;
      const runOptions = { onCheck, signal, waitSeconds, clock, log };
      const checks = await runCheckDefinitions(definitions, place, runOptions);
      await keepQuiet();
      return await conclude(row, provider.checks, checks, options);
    } catch (error) {
      await keepQuiet();
      if (!options.background) await settle(row, provider.checks);
      throw error;
    } finally {
      await provider.close();
    }
  }

  /** Stores results, unless they are of a credential that has been replaced. */
  async function conclude(
    row: LinkedRow,
    definitions: readonly CheckDefinition[],
    checks: Check[],
    { by = null, background = false, origins }: RunOptions,
  ): Promise<CheckRun> {
    return await db.transaction().execute(async trx => {
      // Also locks the row, so that two runs do not mix their results.
      const same = await setStatus(row, { status: 'verifying', status_reason: null }, trx);
      if (!same) throw await replaced(trx, row);
      const only = checks.length < definitions.length ? checks.map(({ id }) => id) : undefined;
      await replaceResults(trx, idsOf(row), 'server', checks, { only });
      const results = await readResults(trx, idsOf(row), 'server');
      const verdict = verdictOfStored(definitions, results);
      const { status, statusReason: reason } = verdict;
      const at = clock.now();
      const failedChecks = status === 'healthy' || status === 'draft' ? 0 : row.failed_checks + 1;
      const columns = {
        status,
        status_reason: reason,
        last_checked_at: at,
        failed_checks: failedChecks,
        next_check_at: nextCheckAt(status, failedChecks, at),
        ...(!background && origins.length > 0 && { checked_origins: [...origins] }),
      };
      await setStatus(row, columns, trx);
      await tellStatus(trx, { ...idsOf(row), name: row.name }, { status, reason, by, at });
      const browser = await readResults(trx, idsOf(row), 'browser');
      return { ...verdict, checks: [...withResults(definitions, results), ...ofBrowsers(browser)] };
    });
  }

  /** After a run that came to nothing: the status that the results stored before stand for. */
  async function settle(row: LinkedRow, definitions: readonly CheckDefinition[]): Promise<void> {
    const results = await readResults(db, idsOf(row), 'server');
    const { status, statusReason } = verdictOfStored(definitions, results);
    await setStatus(row, { status, status_reason: statusReason });
  }

  /** Whether the connection is in use with the same credential, and so was changed. */
  async function setStatus(
    row: LinkedRow,
    status: Updateable<Schema['connections']>,
    trx: Db | Trx = db,
  ): Promise<boolean> {
    const { numUpdatedRows } = await trx
      .updateTable('connections')
      .set(status)
      .where('workspace_id', '=', row.workspace_id)
      .where('id', '=', row.id)
      .where('removed_at', 'is', null)
      .where('credential_sealed', '=', row.credential_sealed)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async function latest(
    workspaceId: string,
    { id: connectionId, status, statusReason }: Pick<Connection, 'id' | 'status' | 'statusReason'>,
    definitions: readonly CheckDefinition[],
  ): Promise<CheckRun> {
    const ids = { workspaceId, connectionId };
    const server = withResults(definitions, await readResults(db, ids, 'server'));
    const browser = ofBrowsers(await readResults(db, ids, 'browser'));
    return { status, statusReason, checks: [...server, ...browser] };
  }

  return {
    run,
    latest,

    /** What can be checked of a connection: nothing of an unlinked one. */
    async definitions(row: ConnectionRow): Promise<readonly CheckDefinition[]> {
      if (!isLinked(row)) return [];
      const { checks, close } = openChecks(row);
      await close();
      return checks;
    },

    /**
     * Stores what a browser found, in the place of what one found before, with what both sides together say of it.
     * The connection's status stays: it is about everybody, not about one person's network.
     */
    async putBrowserResults(
      workspaceId: string,
      connection: Pick<Connection, 'id' | 'status' | 'statusReason' | 'location'>,
      definitions: readonly CheckDefinition[],
      results: BrowserResults,
    ): Promise<CheckRun> {
      const ids = { workspaceId, connectionId: connection.id };
      const { checks: server } = await latest(workspaceId, connection, definitions);
      const checks = readBrowserResults(results, server, connection.location, clock.now());
      await db.transaction().execute(async trx => {
        const row = await selectConnections(trx, workspaceId)
          .where('connections.id', '=', connection.id)
          .forNoKeyUpdate('connections')
          .executeTakeFirst();
        if (!row) throw notFound('connection', connection.id);
        await replaceResults(trx, ids, 'browser', checks);
      });
      return latest(workspaceId, connection, definitions);
    },

    /** Forgets results: they were of another credential. */
    async clear(trx: Trx, workspaceId: string, connectionId: string): Promise<void> {
      for (const side of ['server', 'browser'] as const) {
        await replaceResults(trx, { workspaceId, connectionId }, side, []);
      }
    },
  };
}

const idsOf = (row: LinkedRow) => ({ workspaceId: row.workspace_id, connectionId: row.id });

function chosen(
  definitions: readonly CheckDefinition[],
  only: readonly CheckId[] | undefined,
): readonly CheckDefinition[] {
  if (only === undefined) return definitions;
  const found = withDependencies(definitions, only);
  if (found.some(({ id }) => only.includes(id))) return found;
  throw new MooringError(
    'invalid_request',
    `This connection has none of the checks ${only.join(', ')} on the server’s side.`,
    { fix: `It has ${definitions.map(({ id }) => id).join(', ')}.` },
  );
}

async function replaced(trx: Trx, row: LinkedRow): Promise<MooringError> {
  const now = await selectConnections(trx, row.workspace_id)
    .where('connections.id', '=', row.id)
    .executeTakeFirst();
  if (!now) return notFound('connection', row.id);
  if (!isLinked(now)) return unlinked(now);
  return new MooringError(
    'conflict',
    'The credential was replaced while these checks ran, so they say nothing about it.',
    {
      fix: 'Run the checks again.',
    },
  );
}
