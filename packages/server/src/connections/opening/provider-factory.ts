import type { AccessMode, Credential, CredentialInput, StorageLocation } from '@mooring/contract';
import type { OwnedPlace } from '@mooring/storage';
import type { CheckDefinition, Clock, Provider } from '@mooring/storage/server';
import type { Db } from '../../catalogue/db.ts';
import { createAddressBook } from '../../catalogue/registered-urls.ts';
import { connectionSecret } from '../../catalogue/sealed-for.ts';
import { createLargeAnswers } from '../../listing/large-answers.ts';
import { isShared, type Kinds, type RunningKind } from '../../platform/kinds.ts';
import type { Logger } from '../../platform/log.ts';
import { MooringError } from '../../platform/problem.ts';
import type { SecretBox } from '../../platform/secrets.ts';
import { behindOwnership, type OwnershipCheckOptions, ownershipCheck } from '../ownership/mark-check.ts';
import { ownershipMissing, proofOf } from '../ownership/proof.ts';
import type { OwnershipTokens } from '../ownership/tokens.ts';
import type { LinkedRow } from '../rows/row.ts';
import { withRemedies } from './with-remedies.ts';
import { withinContainer } from './within-container.ts';

/** What is done with a proof that the checks find, or miss. */
type ProofCallbacks = Pick<OwnershipCheckOptions, 'proven' | 'lost'>;

/**
 * Makes the providers of connections, with their credentials unsealed. Nothing else makes one, so that where the owner
 * of a storage has to want the workspace, nothing is reached before that is proven.
 */
export function createProviderFactory(deps: {
  db: Db;
  secrets: SecretBox;
  kinds: Kinds;
  tokens: OwnershipTokens;
  clock: Clock;
  log: Logger;
}) {
  const { db, secrets, kinds, tokens, clock, log } = deps;
  const takeTurnOf = createLargeAnswers();
  const needsOwner = (row: LinkedRow): boolean =>
    isShared(kinds.get(row.provider), row.credential as Credential);

  function make(row: LinkedRow, { fresh }: { fresh: boolean }): Provider {
    const kind = kinds.get(row.provider);
    const location = row.location as StorageLocation;
    const credential = JSON.parse(
      secrets.unseal(row.credential_sealed, connectionSecret(row)),
    ) as CredentialInput;
    const refusal = kind.locationRefusal(location, credential);
    if (refusal) throw new MooringError('invalid_location', refusal.message, { fix: refusal.fix });
    return kind.createProvider({
      location,
      credential,
      accessMode: row.access_mode as AccessMode,
      renditionPrefix: row.rendition_prefix,
      ownershipTokens: tokens(row.workspace_id),
      addresses: createAddressBook({ db, secrets }, { workspaceId: row.workspace_id, connectionId: row.id }),
      fresh,
      takeTurn: takeTurnOf(row.workspace_id),
    });
  }

  return {
    /**
     * @throws MooringError `ownership_missing` where that is not proven; `unavailable` where the secret cannot be
     * unsealed; `invalid_location` where the credential must not be used at this place
     */
    open(row: LinkedRow): Provider {
      const location = row.location as StorageLocation;
      const proof = needsOwner(row) ? proofOf(row) : null;
      if (needsOwner(row) && !proof) {
        const { ownership } = kinds.get(row.provider).kind;
        throw ownershipMissing(row, ownership.fix(ownedPlace(row), tokens(row.workspace_id)[0]));
      }
      const provider = withRemedies(make(row, { fresh: false }), location, clock);
      return proof && proof.by !== 'sign-in' ? withinContainer(provider, location.container) : provider;
    },

    /**
     * Nothing but the checks, also of a connection that may not be used yet: those that tell of the account stand
     * behind the one of ownership. With tokens and keys of their own, to see what the credential is worth now.
     * @throws MooringError `unavailable` and `invalid_location`, as `open`
     */
    checks(
      row: LinkedRow,
      record: ProofCallbacks,
    ): { checks: readonly CheckDefinition[]; close: () => Promise<void> } {
      const provider = make(row, { fresh: true });
      const close = () => provider.close();
      const kind = kinds.get(row.provider);
      return {
        checks: needsOwner(row)
          ? checksBehindProof(row, provider, { ...record, kind, tokens, log })
          : provider.checks,
        close,
      };
    },
  };
}
export type ProviderFactory = ReturnType<typeof createProviderFactory>;

const ownedPlace = (row: LinkedRow): OwnedPlace<StorageLocation> => ({
  location: row.location as StorageLocation,
  credential: row.credential as Credential,
});

/** The checks of a shared identity: nothing is said of the account before the owner's mark is found. */
function checksBehindProof(
  row: LinkedRow,
  { checks, ownerMarks: marks }: Provider,
  {
    proven,
    lost,
    kind,
    tokens,
    log,
  }: ProofCallbacks & { kind: RunningKind; tokens: OwnershipTokens; log: Logger },
): CheckDefinition[] {
  const ownership = ownershipCheck({
    ...{ marks, proven, lost, rules: kind.kind.ownership },
    place: ownedPlace(row),
    token: tokens(row.workspace_id)[0],
    proof: proofOf(row),
    note: error =>
      log.info({ err: error, connectionId: row.id }, 'the mark of the owner could not be looked for'),
  });
  return behindOwnership(checks, ownership);
}
