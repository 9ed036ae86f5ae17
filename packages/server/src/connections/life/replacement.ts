import type {
  AccessMode,
  Check,
  ConnectionStatus,
  Credential,
  CredentialInput,
  OwnershipProof,
  StorageLocation,
} from '@mooring/contract';
import type { Db, Trx } from '../../catalogue/db.ts';
import type { Logger } from '../../platform/log.ts';
import { MooringError } from '../../platform/problem.ts';
import { nextCheckAt } from '../checks/recheck.ts';
import { replaceResults, verdictOf } from '../checks/results.ts';
import { runCheckDefinitions } from '../checks/runner.ts';
import type { ProviderFactory } from '../opening/provider-factory.ts';
import { ownershipSubject } from '../ownership/proof.ts';
import { announceChange } from '../rows/changes.ts';
import { recordEvent } from '../rows/history.ts';
import {
  type ConnectionIds,
  type ConnectionRow,
  idsOf,
  isLinked,
  type LinkedRow,
  lockRow,
  mustFindRow,
  UNPROVEN,
} from '../rows/row.ts';
import { announceStatus } from '../rows/status.ts';
import { type SealingDeps, sealCredential, withStoredSecrets } from '../settings/sealed-credential.ts';
import { lossesOf } from './losses.ts';

export interface ReplaceOptions {
  acceptLess: boolean;
  by: string | null;
  /** That browsers load from. */
  origins: readonly string[];
  signal: AbortSignal;
}

export interface ReplacementDeps extends SealingDeps {
  db: Db;
  log: Logger;
  /** How long one check may take. */
  checkTimeoutSeconds: number;
  providers: ProviderFactory;
  /** Makes this process look again whether and how the connection may be used. */
  forget: (ids: ConnectionIds) => Promise<void>;
}

/** A connection as it is, as it would be with a new credential, and what the checks say of that. */
interface Replacement {
  row: ConnectionRow;
  candidate: LinkedRow;
  results: Check[];
}

/**
 * Puts a new credential in the place of the old one, after trying it. Until then the old one works on; what is under
 * way with it then goes on to its end, and all that begins later uses the new one.
 * @throws MooringError `not_found`, and what `sealCredential` throws; `credential_refused` where it does not work;
 * `credential_grants_less`, naming what would be lost; `conflict` where it was replaced by another one meanwhile; the signal's reason
 */
export async function replaceCredential(
  deps: ReplacementDeps,
  ids: ConnectionIds,
  input: CredentialInput,
  options: ReplaceOptions,
): Promise<void> {
  const { db, kinds, clock, providers } = deps;
  const row = await mustFindRow(db, ids);
  const place = { accessMode: row.access_mode as AccessMode, location: row.location as StorageLocation };
  const kind = kinds.get(row.provider);
  const credential = isLinked(row) ? withStoredSecrets(deps, kind, row, input) : input;
  const seal = () => sealCredential(deps, kind, ids, credential, place);
  const candidate = {
    ...row,
    ...UNPROVEN,
    ...seal(),
    credential_version: row.credential_version + 1,
  };
  const { results, proof } = await runChecks(deps, candidate, options);
  const proven: LinkedRow = {
    ...candidate,
    ownership_proven_at: proof === null ? null : clock.now(),
    ownership_proven_by: proof,
    ownership_of: proof === null ? null : ownershipSubject(candidate),
  };
  const replacement = { row, candidate: proven, results };
  if (!options.acceptLess) {
    const { signal } = options;
    const losses = await lossesOf(row, replacement, {
      ...{ db, kinds, open: providers.open, signal },
      now: clock.now(),
    });
    if (losses.length > 0) throw refused(results) ?? grantsLess(losses);
  }
  // The checks can take minutes. The secret key can have changed meanwhile.
  const { credential_sealed } = seal();
  const stored = { ...replacement, candidate: { ...proven, credential_sealed } };
  await db.transaction().execute(trx => swap(trx, deps, stored, options.by));
  await deps.forget(ids);
}

/** Runs every check with the new credential, and notes a proof of ownership instead of recording it. */
async function runChecks(
  { clock, log, providers, checkTimeoutSeconds: timeoutSeconds }: ReplacementDeps,
  candidate: LinkedRow,
  { origins, signal }: ReplaceOptions,
): Promise<{ results: Check[]; proof: OwnershipProof | null }> {
  let proof: OwnershipProof | null = null;
  const { checks, close } = providers.checks(candidate, {
    proven: async by => {
      proof = by;
    },
    lost: async () => {},
  });
  try {
    const { container, prefix } = candidate.location as StorageLocation;
    const run = { clock, log, signal, timeoutSeconds, onCheck() {} };
    const results = await runCheckDefinitions(checks, { container, prefix, origins }, run);
    return { results, proof };
  } finally {
    await close();
  }
}

async function swap(
  trx: Trx,
  { clock, kinds }: ReplacementDeps,
  { row, candidate, results }: Replacement,
  by: string | null,
): Promise<void> {
  const ids = idsOf(row);
  const locked = await lockRow(trx, ids);
  if (!sameCredential(locked, row)) throw replacedMeanwhile();
  const at = clock.now();
  const { status, statusReason: reason } = verdictOf(results);
  const failedChecks = status === 'healthy' ? 0 : 1;
  await trx
    .updateTable('connections')
    .set({
      credential: JSON.stringify(candidate.credential),
      credential_sealed: candidate.credential_sealed,
      credential_version: candidate.credential_version,
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
  const before = isLinked(locked) ? (locked.status as ConnectionStatus) : 'unlinked';
  const detail = `It now uses ${kinds.get(row.provider).kind.credentials.describe(candidate.credential as Credential)}.`;
  await recordEvent(trx, ids, { kind, status: before, detail, by, at });
  await announceStatus(trx, { ...ids, name: locked.name }, { status, reason, by, at });
  await announceChange(trx, ids);
}

const sameCredential = (a: ConnectionRow, b: ConnectionRow): boolean =>
  a.credential_version === b.credential_version && isLinked(a) === isLinked(b);

/** Where nothing can be read with a credential, it does not work. What the checks say of that is the reason. */
function refused(results: readonly Check[]): MooringError | null {
  const failed = results.find(
    ({ id, status }) => status === 'failed' && (id === 'credential' || id === 'list'),
  );
  if (!failed) return null;
  const message = failed.observed ?? `The check “${failed.title}” failed.`;
  return new MooringError('credential_refused', message, {
    fix: 'Correct the credential and send it again. Until then the old one stays.',
    remedy: failed.fix ?? undefined,
    fields: [{ path: 'credential', message }],
  });
}

const grantsLess = (losses: string[]): MooringError =>
  new MooringError(
    'credential_grants_less',
    `The new credential was tried and grants less than is in use. ${losses.join(' ')}`,
    {
      fix: 'Grant what is missing and send it again; until then the old credential stays.',
      fields: losses.map(message => ({ path: 'credential', message })),
    },
  );

const replacedMeanwhile = (): MooringError =>
  new MooringError('conflict', 'The credential was replaced by another one while this one was tried.', {
    fix: 'Read the connection again, and send the new credential once more if it is still wanted.',
  });
