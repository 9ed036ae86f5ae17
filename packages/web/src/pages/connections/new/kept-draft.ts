import { mayBeKept, publicEndpoint } from '@mooring/contract';
import { isTenant, withoutSecrets } from '../credential/draft.ts';
import { READ_ONLY, renditionPrefixProblem } from '../setup-request.ts';
import type { SourceDraft } from '../source-draft.ts';
import { addressOf, type Consent, type Draft, EMPTY, locationOf } from './draft.ts';

// What of a draft the browser keeps. People paste secrets into any field, so nothing is kept as it was typed: only
// values that were judged, each by the rule of its field. This holds for what an older version kept, too.

/** The part of a draft that may be kept: a location that is whole, ids, choices, and texts that hold no secret. */
export function keptDraft(draft: Draft): Draft {
  const { isKindChosen, connectionId, ownershipRefusal } = draft;
  return {
    ...EMPTY,
    ...keptLocation(draft),
    name: keptText(draft.name),
    credential: withoutSecrets(draft.credential),
    isKindChosen: isKindChosen === true,
    consent: keptConsent(draft.consent),
    ownershipRefusal: ownershipRefusal !== null && mayBeKept(ownershipRefusal) ? ownershipRefusal : null,
    grants: keptGrants(draft.grants),
    connectionId: connectionId !== null && /^con_\w{20}$/.test(connectionId) ? connectionId : null,
    source: keptSource(draft.source),
  };
}

/** Nothing of a location that cannot be read, because its parts may be pieces of a secret. */
function keptLocation(draft: Draft): Partial<Draft> {
  const parse = locationOf(draft);
  if (!parse?.ok) return {};
  const { location } = parse;
  const isPublic = location.endpoint === publicEndpoint(location.account);
  const parts = { ...location, endpoint: isPublic ? '' : location.endpoint };
  const address = addressOf(parts);
  return mayBeKept(location.prefix) && mayBeKept(address) ? { ...parts, address } : {};
}

const keptText = (text: string): string => (mayBeKept(text) ? text : '');

function keptConsent(consent: Consent | null): Consent | null {
  if (consent === null) return null;
  const tenantId = consent.tenantId !== null && isTenant(consent.tenantId) ? consent.tenantId : null;
  return consent.outcome === 'granted'
    ? { tenantId, outcome: 'granted' }
    : { tenantId, outcome: 'refused', reason: consent.reason === null ? null : keptText(consent.reason) };
}

const NARROWINGS: readonly Draft['grants']['narrowing'][] = ['container', 'abac', 'custom-role'];

function keptGrants({ narrowing, renditionPrefix }: Draft['grants']): Draft['grants'] {
  return {
    narrowing: NARROWINGS.includes(narrowing) ? narrowing : READ_ONLY.narrowing,
    renditionPrefix: renditionPrefixProblem(renditionPrefix) === null ? keptText(renditionPrefix) : '',
  };
}

const keptSource = ({ prefix, folderName, include, exclude }: SourceDraft): SourceDraft => ({
  prefix: prefix !== null && mayBeKept(prefix) ? prefix : null,
  folderName: keptText(folderName),
  include: keptText(include),
  exclude: keptText(exclude),
});
