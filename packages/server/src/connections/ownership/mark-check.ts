import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckId, OwnershipProof, StorageLocation } from '@mooring/contract';
import type { OwnedPlace, OwnershipRules } from '@mooring/storage';
import type { CheckContext, CheckDefinition, CheckOutcome, OwnerMark } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';

/** How long a refusal takes. It is the same for every reason. */
export const REFUSAL_MS = 3000;

export interface OwnershipCheckOptions {
  /** How owners of this kind say it. */
  rules: OwnershipRules<StorageLocation>;
  place: OwnedPlace<StorageLocation>;
  marks: readonly OwnerMark[];
  /** Of the workspace: the one to set. */
  token: string;
  /** How it was proven until now, or null. */
  proof: { at: Date; by: OwnershipProof } | null;
  /** Called with what a run has found. */
  proven: (by: OwnershipProof) => Promise<unknown>;
  lost: () => Promise<unknown>;
  /** Notes what stood in the way of a look: only the operator may learn it. */
  note: (error: unknown) => void;
}

/** Checks that may run before ownership: they ask nothing of the account. */
const BEFORE: readonly CheckId[] = ['name', 'credential'];

/** Lets every check that could reveal something about the account wait for the proof of ownership. */
export function behindOwnership(
  checks: readonly CheckDefinition[],
  ownership: CheckDefinition,
): CheckDefinition[] {
  const isBefore = ({ id }: CheckDefinition) => BEFORE.includes(id);
  return [
    ...checks.filter(isBefore),
    ownership,
    ...checks
      .filter(check => !isBefore(check))
      .map(check => ({ ...check, dependsOn: [...check.dependsOn, ownership.id] })),
  ];
}

/**
 * Looks for the mark of the workspace. As long as nothing is proven, there is one refusal for everything: no account,
 * no container, a firewall, no role, no mark. Once it is proven, only a mark that is certainly not there any more
 * ends it; a storage that does not answer does not.
 */
export function ownershipCheck(options: OwnershipCheckOptions): CheckDefinition {
  const { rules, place, token, proof } = options;
  const expected = rules.expected(place, token);
  const refusal: CheckOutcome = {
    status: 'failed',
    observed: 'Nothing says that the owner of the storage wants this workspace.',
    expected,
    fix: rules.fix(place, token),
    mayPassSoon: true,
  };
  const passed = (by: OwnershipProof): CheckOutcome => ({
    status: 'passed',
    observed: observedOf(rules, by),
    expected,
  });

  return {
    id: 'ownership',
    dependsOn: ['name', 'credential'],
    async run({ container, signal }: CheckContext) {
      if (proof?.by === 'sign-in') return passed('sign-in');
      const look = (until: AbortSignal) => lookForMarks(options, container, until);
      const seen = proof === null ? await evenly(look, options.note, signal) : await look(signal);
      if (seen.by) {
        await options.proven(seen.by);
        return passed(seen.by);
      }
      if (proof === null) return refusal;
      const { failure } = seen;
      // Where the mark that there was cannot be looked for, that it is gone is not known.
      if (failure && !seen.absent.includes(proof.by)) return unanswered(proof.at, failure, expected);
      await options.lost();
      return { ...refusal, observed: 'The mark that said that this workspace is wanted is gone.' };
    },
  };
}

const observedOf = ({ marks, signIn }: OwnershipRules<StorageLocation>, by: OwnershipProof): string =>
  marks.find(({ id }) => id === by)?.observed ?? signIn?.observed ?? 'It was proven.';

interface Seen {
  by: OwnershipProof | null;
  /** Marks that are certainly not there. */
  absent: OwnershipProof[];
  /** Why one could not be looked for. */
  failure: ProviderError | null;
}

async function lookForMarks(
  { marks, note }: OwnershipCheckOptions,
  container: string,
  signal: AbortSignal,
): Promise<Seen> {
  const seen: Seen = { by: null, absent: [], failure: null };
  const results = await Promise.all(
    marks.map(async mark => ({
      by: mark.id,
      found: await attempt(() => mark.names(container, signal)),
    })),
  );
  for (const { by, found } of results) {
    if (found instanceof ProviderError) note(found);
    if (found === true) seen.by ??= by;
    else if (found === false || found.status === 404) seen.absent.push(by);
    else seen.failure ??= found;
  }
  return seen;
}

const attempt = (look: () => Promise<boolean>): Promise<boolean | ProviderError> =>
  look().catch(error => {
    if (error instanceof ProviderError) return error;
    throw error;
  });

/** Says that nothing was found neither sooner nor later than at its time, so that the time tells nothing. */
async function evenly(
  look: (until: AbortSignal) => Promise<Seen>,
  note: (error: unknown) => void,
  signal: AbortSignal,
): Promise<Seen> {
  const nothing: Seen = { by: null, absent: [], failure: null };
  const enough = new AbortController();
  const until = AbortSignal.any([signal, enough.signal]);
  const time = sleep(REFUSAL_MS, nothing, { signal: until });
  time.catch(() => {}); // where it was found, nothing waits for it
  const looking = look(until).catch(error => {
    note(error);
    return nothing;
  });
  try {
    const seen = await Promise.race([looking, time]);
    return seen.by ? seen : await time;
  } finally {
    enough.abort(new Error(`The storage did not answer within ${REFUSAL_MS / 1000} seconds.`));
  }
}

const unanswered = (at: Date, failure: ProviderError, expected: string): CheckOutcome => ({
  status: 'warning',
  observed: `It was proven at ${at.toISOString()}; now the mark could not be looked for. ${failure.message}`,
  expected,
  fix: { why: failure.message, steps: [failure.fix], snippets: [] },
});
