import type { AzureLocation, Credential, OwnershipProof } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { Db, Trx } from '../../catalogue/db.ts';
import type { Logger } from '../../platform/log.ts';
import { MooringError } from '../../platform/problem.ts';
import { nextCheckAt } from '../checks/recheck.ts';
import { replaceResults, verdictOf } from '../checks/results.ts';
import { runCheckDefinitions } from '../checks/runner.ts';
import type { ProviderFactory } from '../opening/provider-factory.ts';
import { ownershipSubject } from '../ownership/proof.ts';
import { type ConnectionIds, recordEvent } from '../rows/history.ts';
import { type ConnectionRow, deliveryOf, isLinked, type LinkedRow } from '../rows/row.ts';
import { announceUse, tellStatus } from '../rows/status.ts';
import { credentialWords } from '../settings/credential-words.ts';
import { placesInUse, tryPlaces } from './trial.ts';

/** Checks that are about what the credential may do, rather than about the network or about browsers. */
const ABOUT_GRANTS: ReadonlySet<string> = new Set([
  ...['credential', 'ownership', 'list', 'head', 'range', 'sign', 'fetch', 'write'],
]);

export interface ReplaceOptions {
  acceptLess: boolean;
  by: string | null;
  /** That browsers load from. */
  origins: readonly string[];
  signal: AbortSignal;
}

/**
 * Puts a new credential in the place of the old one, after trying it. Until then the old one works on; what is under
 * way with it then goes on to its end, and whatever begins later uses the new one.
 */
export function createReplacement(deps: {
  db: Db;
  clock: Clock;
  log: Logger;
  providers: ProviderFactory;
  lock: (trx: Trx, ids: ConnectionIds) => Promise<ConnectionRow>;
  forget: (workspaceId: string, connectionId: string) => Promise<void>;
}) {
  const { db, clock, log, providers } = deps;

  /** Runs every check with the new credential. */
  async function runChecks(candidate: LinkedRow, { origins, signal }: ReplaceOptions) {
    let proof: OwnershipProof | null = null;
    const { checks, close } = providers.checks(candidate, {
      proven: async by => {
        proof = by;
      },
      lost: async () => {},
    });
    try {
      const { container, prefix } = candidate.location as AzureLocation;
      const place = { container, prefix, origins };
      const results = await runCheckDefinitions(checks, place, {
        clock,
        log,
        signal,
        onCheck() {},
        waitSeconds: 0,
      });
      return { results, proof: proof as OwnershipProof | null };
    } finally {
      await close();
    }
  }

  /** What works now, or should, and would not with the new credential: a sentence each. */
  async function lossesOf(
    row: ConnectionRow,
    candidate: LinkedRow,
    results: Awaited<ReturnType<typeof runChecks>>['results'],
    signal: AbortSignal,
  ): Promise<string[]> {
    const places = await placesInUse(db, row);
    const worked = row.status === 'healthy' || row.status === 'degraded';
    if (places.length === 0 && !worked) return [];
    const failed = results.filter(({ id, status }) => status === 'failed' && ABOUT_GRANTS.has(id));
    const losses = failed.map(({ title, observed }) => `“${title}” fails: ${observed}`);
    const [old, next] = [
      deliveryOf(row.credential as Credential),
      deliveryOf(candidate.credential as Credential),
    ];
    if (old === 'direct' && next === 'relay') {
      losses.push(
        'Browsers load straight from the storage; without a delivery token all bytes would pass through Mooring.',
      );
    }
    if (losses.length > 0) return losses;
    const provider = providers.open(candidate);
    try {
      return await tryPlaces(provider, places, { signs: next === 'direct', now: clock.now(), signal });
    } finally {
      await provider.close();
    }
  }

  async function swap(
    trx: Trx,
    ids: ConnectionIds,
    {
      row,
      candidate,
      results,
      by,
    }: { row: ConnectionRow; candidate: LinkedRow; by: string | null } & Pick<
      Awaited<ReturnType<typeof runChecks>>,
      'results'
    >,
  ): Promise<void> {
    const locked = await deps.lock(trx, ids);
    if (!sameCredential(locked, row)) throw replacedMeanwhile();
    const at = clock.now();
    const { status, statusReason: reason } = verdictOf(results);
    const failedChecks = status === 'healthy' ? 0 : 1;
    await trx
      .updateTable('connections')
      .set({
        credential: JSON.stringify(candidate.credential),
        credential_sealed: candidate.credential_sealed,
        ownership_proven_at: candidate.ownership_proven_at,
        ownership_proven_by: candidate.ownership_proven_by,
        ownership_of: candidate.ownership_of,
        status,
        status_reason: reason,
        last_checked_at: at,
        failed_checks: failedChecks,
        next_check_at: nextCheckAt(status, failedChecks, at),
        revision: locked.revision + 1,
        updated_at: at,
      })
      .where('workspace_id', '=', ids.workspaceId)
      .where('id', '=', ids.connectionId)
      .execute();
    await replaceResults(trx, ids, 'server', results);
    await replaceResults(trx, ids, 'browser', []);
    const kind = isLinked(locked) ? 'credential-replaced' : 'linked-again';
    const before = isLinked(locked) ? (locked.status as typeof status) : 'unlinked';
    const detail = `It now uses ${credentialWords(candidate.credential as Credential)}.`;
    await recordEvent(trx, ids, { kind, status: before, detail, by, at });
    await tellStatus(trx, { ...ids, name: locked.name }, { status, reason, by, at });
    await announceUse(trx, ids);
  }

  /**
   * @param candidate the connection as it would be with the new credential, its ownership not proven
   * @throws MooringError `credential_grants_less`, naming what would be lost; `conflict` where it was replaced by
   * another one meanwhile; the signal's reason
   */
  return async (row: ConnectionRow, candidate: LinkedRow, options: ReplaceOptions): Promise<void> => {
    const ids = { workspaceId: row.workspace_id, connectionId: row.id };
    const { results, proof } = await runChecks(candidate, options);
    const proven: LinkedRow = {
      ...candidate,
      ownership_proven_at: proof && clock.now(),
      ownership_proven_by: proof,
      ownership_of: proof && ownershipSubject(candidate),
    };
    const losses = options.acceptLess ? [] : await lossesOf(row, proven, results, options.signal);
    if (losses.length > 0) throw grantsLess(losses);
    await db
      .transaction()
      .execute(trx => swap(trx, ids, { row, candidate: proven, results, by: options.by }));
    await deps.forget(ids.workspaceId, ids.connectionId);
  };
}

const sameCredential = (a: ConnectionRow, b: ConnectionRow): boolean =>
  isLinked(a) && isLinked(b) ? a.credential_sealed.equals(b.credential_sealed) : isLinked(a) === isLinked(b);

const grantsLess = (losses: string[]): MooringError =>
  new MooringError(
    'credential_grants_less',
    `The new credential was tried and grants less than is in use. ${losses.join(' ')}`,
    {
      fix: 'Grant what is missing and send it again; until then the old credential stays. To take it all the same, send acceptLess.',
      fields: losses.map(message => ({ path: 'credential', message })),
    },
  );

const replacedMeanwhile = (): MooringError =>
  new MooringError('conflict', 'The credential was replaced by another one while this one was tried.', {
    fix: 'Read the connection again, and send the new credential once more if it is still wanted.',
  });
