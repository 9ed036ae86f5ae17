import { KINDS } from '@/kinds.ts';
import { mayBeKept } from '@/storage-kind.ts';
import { withoutSecrets } from '../credential/draft.ts';
import { READ_ONLY, renditionPrefixProblem } from '../setup-request.ts';
import type { SourceDraft } from '../source-draft.ts';
import { type Consent, type Draft, EMPTY, locationOf } from './draft.ts';

// What of a draft the browser keeps. People paste secrets into any field, so nothing is kept as it was typed: only
// values that were judged, each by the rule of its field. This holds for what an older version kept, too.

/** The part of a draft that may be kept: a location that is whole, ids, choices, and texts that hold no secret. */
export function keptDraft(draft: Draft): Draft {
  const { isKindChosen, connectionId, ownershipRefusal } = draft;
  const kind = KINDS.find(({ id }) => id === draft.provider);
  if (!kind) return EMPTY;
  return {
    ...EMPTY,
    provider: kind.id,
    ...keptLocation(draft),
    name: keptText(draft.name),
    credential: withoutSecrets(kind, draft.credential),
    isKindChosen: isKindChosen === true,
    consent: keptConsent(draft.consent),
    ownershipRefusal: ownershipRefusal !== null && mayBeKept(ownershipRefusal) ? ownershipRefusal : null,
    grants: keptGrants(draft.grants, kind.setup.narrowings),
    connectionId: connectionId !== null && /^con_\w{20}$/.test(connectionId) ? connectionId : null,
    source: keptSource(draft.source),
  };
}

/** Nothing of a location that cannot be read, because its parts may be pieces of a secret. */
function keptLocation(draft: Draft): Partial<Draft> {
  const read = locationOf(draft);
  if (!read?.ok) return {};
  const rules = KINDS.find(({ id }) => id === draft.provider)!.location;
  const parts = rules.toParts(read.value);
  const address = rules.join(parts);
  return [...Object.values(parts), address].every(mayBeKept) ? { parts, address } : {};
}

const keptText = (text: string): string => (mayBeKept(text) ? text : '');

function keptConsent(consent: Consent | null): Consent | null {
  if (consent === null) return null;
  const filled = typeof consent.filled === 'string' && mayBeKept(consent.filled) ? consent.filled : null;
  return consent.outcome === 'granted'
    ? { filled, outcome: 'granted' }
    : { filled, outcome: 'refused', reason: consent.reason === null ? null : keptText(consent.reason) };
}

const keptGrants = (
  { narrowing, renditionPrefix }: Draft['grants'],
  narrowings: readonly { id: string }[],
): Draft['grants'] => ({
  narrowing: narrowings.find(({ id }) => id === narrowing)?.id ?? READ_ONLY.narrowing,
  renditionPrefix: renditionPrefixProblem(renditionPrefix) === null ? keptText(renditionPrefix) : '',
});

const keptSource = ({ prefix, folderName, include, exclude }: SourceDraft): SourceDraft => ({
  prefix: prefix !== null && mayBeKept(prefix) ? prefix : null,
  folderName: keptText(folderName),
  include: keptText(include),
  exclude: keptText(exclude),
});
