import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { KINDS } from '@/kinds.ts';
import { kindOf } from '@/storage-kind.ts';
import { withText } from '../credential/draft.ts';
import { type Draft, withKind } from './draft.ts';
import type { WizardSearch } from './search.ts';
import { takeMark } from './sign-in-return.ts';

const route = getRouteApi('/shell/connections/new');

/** Takes what a sign-in answered out of the address and into the draft, so that it is shown once and kept. */
export function useSignInAnswer(draft: Draft, change: (changes: Partial<Draft>) => void) {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/connections/new' });
  const taken = useRef<string>(null);
  useEffect(() => {
    const { step, ...said } = search;
    const answer = JSON.stringify(said);
    if ((!said.consent && !said.ownership) || taken.current === answer) return;
    taken.current = answer;
    const isOwn = takeMark(said.mark);
    const reason = isOwn
      ? (said.reason ?? `${kindOf(draft.provider).words.cloud} did not say why.`)
      : NOT_OWN;
    if (said.consent) change(withConsent(draft, { ...said, reason }));
    if (said.ownership) change({ ownershipRefusal: said.ownership === 'refused' ? reason : null });
    void navigate({ search: step ? { step } : {}, replace: true });
  }, [search, draft, change, navigate]);
}

/** In place of a reason that anyone could have written into the address. */
const NOT_OWN =
  'This answer belongs to no sign-in that this browser waits for. If you began one, begin again.';

/** Consent belongs to a way of the draft's own kind where that has one: the draft was kept while they were away. */
function withConsent(draft: Draft, search: WizardSearch & { reason: string }): Draft {
  for (const kind of [kindOf(draft.provider), ...KINDS]) {
    const way = kind.credentials.ways.find(({ consent }) => consent !== null);
    if (!way?.consent) continue;
    const { answer, fills } = way.consent;
    const own = kind.id === draft.provider ? draft : withKind(draft, kind);
    const filled = search[answer] ?? null;
    const isGranted = search.consent === 'granted';
    const field = way.fields.find(({ name }) => name === fills);
    const credential = { ...own.credential, kind: way.id };
    return {
      ...own,
      consent: isGranted
        ? { filled, outcome: 'granted' }
        : { filled, outcome: 'refused', reason: search.reason },
      isKindChosen: true,
      credential: isGranted && field && filled ? withText(credential, field, filled) : credential,
    };
  }
  return draft;
}
