import type { BrowserResults, CheckRun, Connection } from '@mooring/contract';
import type { Kinds } from '../../platform/kinds.ts';
import type { OpenConnection } from '../opening/provider-cache.ts';
import type { ProviderFactory } from '../opening/provider-factory.ts';
import type { ProofRecord } from '../ownership/proof-record.ts';
import { type ConnectionRow, isLinked, mustFindRow } from '../rows/row.ts';
import { storeBrowserResults } from './browser-results.ts';
import { createObjectTests } from './object-test.ts';
import { createOpenChecks, type OpenChecks } from './open-checks.ts';
import { proveOwnership } from './prove-ownership.ts';
import { createRechecks } from './recheck.ts';
import { readCheckRun } from './results.ts';
import { type RunOptions, runChecks } from './run.ts';
import type { VerdictDeps } from './verdict.ts';

export interface ChecksDeps extends VerdictDeps {
  kinds: Kinds;
  providers: Pick<ProviderFactory, 'checks'>;
  proofs: ProofRecord;
  open: (workspaceId: string, connectionId: string) => Promise<OpenConnection>;
  /** A row as the API shows it. */
  show: (row: ConnectionRow) => Connection;
}

/** Runs the checks of connections, and keeps their results and those that browsers found. */
export function createChecks(deps: ChecksDeps) {
  const { db, clock, log, open, show } = deps;
  const openChecks = createOpenChecks(deps);

  return {
    ...createObjectTests(deps),

    /**
     * Runs the server's checks afresh, all or some, stores their results, and sets the connection's status by them.
     * @throws MooringError `not_found`; `conflict` where the credential was replaced meanwhile; `invalid_request` for
     * checks that it does not have; the signal's reason
     */
    runChecks: (workspaceId: string, connectionId: string, options: RunOptions): Promise<CheckRun> =>
      runChecks({ ...deps, openChecks }, { workspaceId, connectionId }, options),

    /** The latest results; none of an unlinked one. @throws MooringError `not_found` */
    async getChecks(workspaceId: string, connectionId: string): Promise<CheckRun> {
      const ids = { workspaceId, connectionId };
      const row = await mustFindRow(db, ids);
      return readCheckRun(db, ids, show(row), await definitionsOf(row, openChecks));
    },

    /** Stores what a browser found, judged beside the server's results. @throws MooringError as `open` */
    async putBrowserResults(
      workspaceId: string,
      connectionId: string,
      results: BrowserResults,
    ): Promise<CheckRun> {
      await open(workspaceId, connectionId); // refuses one that may not be used
      const ids = { workspaceId, connectionId };
      const row = await mustFindRow(db, ids);
      const { kind } = deps.kinds.get(row.provider);
      const definitions = await definitionsOf(row, openChecks);
      const found = { connection: show(row), kind, definitions, results };
      return storeBrowserResults(db, ids, found, clock.now());
    },

    /** Checks again what it is time for. @param publicOrigin where browsers load from, where the operator has said so */
    recheckDue: (publicOrigin: string | null, signal: AbortSignal): Promise<void> =>
      createRechecks({
        ...{ db, clock, log, publicOrigin, checkTimeoutSeconds: deps.checkTimeoutSeconds },
        check: (ids, options) =>
          runChecks({ ...deps, openChecks }, ids, { ...options, background: true, onCheck() {} }),
      })(signal),

    /**
     * Looks for the mark of the owner now.
     * @throws MooringError as `proveOwnership` in prove-ownership.ts
     */
    proveOwnership: async (
      workspaceId: string,
      connectionId: string,
      signal: AbortSignal,
    ): Promise<Connection> =>
      show(await proveOwnership({ ...deps, openChecks }, { workspaceId, connectionId }, signal)),
  };
}

/** What can be checked of a connection: nothing of an unlinked one. */
async function definitionsOf(row: ConnectionRow, openChecks: OpenChecks) {
  if (!isLinked(row)) return [];
  const { checks, close } = openChecks(row);
  await close();
  return checks;
}
