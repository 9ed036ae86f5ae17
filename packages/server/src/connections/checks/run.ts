import type { Check, CheckId, CheckRun, StorageLocation } from '@mooring/contract';
import type { CheckDefinition } from '@mooring/storage/server';
import { MooringError } from '../../platform/problem.ts';
import { type ConnectionIds, isLinked, type LinkedRow, mustFindRow, unlinked } from '../rows/row.ts';
import type { OpenChecks } from './open-checks.ts';
import { runCheckDefinitions, withDependencies } from './runner.ts';
import { setStatus, settleStatus, storeVerdict, type VerdictDeps } from './verdict.ts';

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
  /** Leaves the status as it is until there is a verdict: no person waits for it. */
  background?: boolean | undefined;
  /** How long a refusal that a newly granted role would end is tried again. Default: not at all. */
  waitSeconds?: number | undefined;
}

/** How often a run says that it is alive: see `LONGEST_SILENCE_MS` in shown.ts. */
const ALIVE_MS = 60_000;

/**
 * Runs the server's checks afresh, stores their results, and sets the connection's status by them.
 * @throws MooringError `not_found`, `connection_unlinked`; `conflict` where the credential was replaced meanwhile;
 * `invalid_request` for checks that it does not have; the signal's reason
 */
export async function runChecks(
  deps: VerdictDeps & { openChecks: OpenChecks },
  ids: ConnectionIds,
  options: RunOptions,
): Promise<CheckRun> {
  const { db, clock, log } = deps;
  const { origins, onCheck, signal, waitSeconds = 0, background = false } = options;
  signal.throwIfAborted();
  const row = await mustFindRow(db, ids);
  if (!isLinked(row)) throw unlinked(row);
  // A provider of its own: one in use may hold a token that was revoked meanwhile.
  const provider = deps.openChecks(row);
  const alive = background ? null : sayAlive(deps, row);
  try {
    const definitions = chosen(provider.checks, options.only);
    await alive?.now();
    const { container, prefix } = row.location as StorageLocation;
    const place = { container, prefix, origins };
    const checks = await runCheckDefinitions(definitions, place, {
      onCheck,
      signal,
      waitSeconds,
      clock,
      log,
      timeoutSeconds: deps.checkTimeoutSeconds,
    });
    await alive?.end();
    return await storeVerdict(deps, row, { definitions: provider.checks, checks }, options);
  } catch (error) {
    await alive?.end();
    if (!background) await settleStatus(db, row, provider.checks);
    throw error;
  } finally {
    await provider.close();
  }
}

/** Keeps the status at `verifying` while a run goes on. */
function sayAlive({ db, clock, log }: VerdictDeps, row: LinkedRow) {
  const now = () => setStatus(db, row, { status: 'verifying', status_reason: null, updated_at: clock.now() });
  let latest: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    latest = now().catch(error => log.warn({ err: error }, 'a run of checks could not say that it is alive'));
  }, ALIVE_MS);
  return {
    now,
    /** Also waits for what is on its way: it must not come after the verdict. */
    async end(): Promise<void> {
      clearInterval(timer);
      await latest;
    },
  };
}

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
