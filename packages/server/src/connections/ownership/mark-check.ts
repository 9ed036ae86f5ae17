import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AzureLocation,
  type CheckId,
  type Fix,
  generateSetup,
  OWNER_METADATA,
  type OwnershipProof,
} from '@mooring/contract';
import type { CheckContext, CheckDefinition, CheckOutcome, OwnerMarks } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';
import { markerKeyOf } from './tokens.ts';

/** How long the answer takes that there is no proof, whatever the reason. */
export const REFUSAL_MS = 3000;

export interface OwnershipCheckOptions {
  location: AzureLocation;
  marks: OwnerMarks;
  /** Those of the workspace; the first is the one to set. */
  tokens: readonly [string, ...string[]];
  /** How it was proven until now, or null. */
  proof: { at: Date; by: OwnershipProof } | null;
  /** Called with what a run has found. */
  proven: (by: OwnershipProof) => Promise<unknown>;
  lost: () => Promise<unknown>;
  /** Told what stood in the way of a look: for the operator, as nobody else may learn it. */
  note: (error: unknown) => void;
}

/** Checks that may run before ownership: they ask nothing of the account. */
const BEFORE: readonly CheckId[] = ['name', 'credential'];

/** Puts all checks that could tell something about the account behind the one that says whether it may be told. */
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
  const { location, tokens, proof } = options;
  const expected = `The metadata entry ${OWNER_METADATA} of the container holds ${tokens[0]}, or there is the object ${markerKeyOf(tokens[0])}.`;
  const refusal: CheckOutcome = {
    status: 'failed',
    observed: 'Nothing says that the owner of the storage wants this workspace.',
    expected,
    fix: howToProve(location, tokens[0]),
    mayPassSoon: true,
  };
  const passed = (by: OwnershipProof): CheckOutcome => ({
    status: 'passed',
    observed: OBSERVED[by],
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

const OBSERVED: Record<OwnershipProof, string> = {
  'container-metadata': `The container’s metadata entry ${OWNER_METADATA} names this workspace.`,
  'marker-blob': 'The container holds the marker of this workspace.',
  'sign-in': 'An administrator of the tenant has signed in for this workspace.',
};

interface Seen {
  by: OwnershipProof | null;
  /** Marks that are certainly not there. */
  absent: OwnershipProof[];
  /** Why one could not be looked for. */
  failure: ProviderError | null;
}

async function lookForMarks(
  { marks, tokens, note }: OwnershipCheckOptions,
  container: string,
  signal: AbortSignal,
): Promise<Seen> {
  const namesUs = async () => {
    const value = await marks.metadata(container, OWNER_METADATA, signal);
    const named = value?.split(/[\s,;]+/) ?? [];
    return tokens.some(token => named.includes(token));
  };
  const hasMarker = async () => {
    const found = await Promise.all(tokens.map(token => marks.exists(container, markerKeyOf(token), signal)));
    return found.includes(true);
  };
  const looks: [OwnershipProof, () => Promise<boolean>][] = [
    ['container-metadata', namesUs],
    ['marker-blob', hasMarker],
  ];
  const seen: Seen = { by: null, absent: [], failure: null };
  const results = await Promise.all(looks.map(async ([by, look]) => ({ by, found: await attempt(look) })));
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
  const time = sleep(REFUSAL_MS, nothing, { signal });
  const looking = look(AbortSignal.any([signal, enough.signal])).catch(error => {
    note(error);
    return nothing;
  });
  try {
    const seen = await Promise.race([looking, time]);
    return seen.by ? seen : await time;
  } finally {
    enough.abort(new Error(`The storage did not answer within ${REFUSAL_MS / 1000} seconds.`));
    time.catch(() => {}); // where it was found, nobody waits for it
  }
}

const unanswered = (at: Date, failure: ProviderError, expected: string): CheckOutcome => ({
  status: 'warning',
  observed: `It was proven at ${at.toISOString()}; now the mark could not be looked for. ${failure.message}`,
  expected,
  fix: { why: failure.message, steps: [failure.fix], snippets: [] },
});

function howToProve(location: AzureLocation, token: string): Fix {
  const commands = (
    mark: 'container-metadata' | 'marker-blob',
    format: 'az-cli' | 'powershell',
    title: string,
  ) =>
    generateSetup({
      location,
      identity: { kind: 'user' }, // whoever it is, the mark is the same
      ownership: { token, mark, markerKey: markerKeyOf(token) },
    })
      .sections.filter(({ id }) => id === 'ownership')
      .map(({ texts }) => ({ title, ...texts[format] }));
  return {
    why: 'Mooring signs in here with an identity that others use too. Whoever knows the names of an account and a container could enter them, so Mooring looks at nothing there until the owner has said that this workspace is wanted.',
    steps: [
      'Let somebody who manages the storage set the mark, with one of these commands. Then check again.',
      'If the mark is there: check the names of account and container, that the identity has the role Storage Blob Data Reader on the container (a new role takes some minutes), and that no firewall keeps Mooring out. Until it finds the mark, Mooring says no more about the account.',
    ],
    snippets: [
      ...commands('container-metadata', 'az-cli', 'Azure CLI: say it in the container’s metadata'),
      ...commands('container-metadata', 'powershell', 'PowerShell: say it in the container’s metadata'),
      ...commands('marker-blob', 'az-cli', 'Azure CLI: say it by a small blob instead'),
    ],
  };
}
