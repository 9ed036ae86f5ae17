import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Draft } from './draft.ts';

const route = getRouteApi('/shell/connections/new');

/** Takes what Azure answered out of the address and into the draft, so that it is told once and kept. */
export function useAzureAnswer(draft: Draft, change: (changes: Partial<Draft>) => void) {
  const { step, consent, ownership, tenant, reason } = route.useSearch();
  const navigate = useNavigate({ from: '/connections/new' });
  const { credential } = draft;
  const taken = useRef<string>(null);
  useEffect(() => {
    const answer = JSON.stringify([consent, ownership, tenant, reason]);
    if ((!consent && !ownership) || taken.current === answer) return;
    taken.current = answer;
    if (consent) {
      change({
        consent: {
          tenantId: tenant ?? null,
          ...(consent === 'granted'
            ? { outcome: 'granted' as const }
            : { outcome: 'refused' as const, reason: reason ?? null }),
        },
        isKindChosen: true,
        credential: {
          ...credential,
          kind: 'azure-mooring-app',
          ...(consent === 'granted' && tenant && { tenantId: tenant }),
        },
      });
    }
    if (ownership) {
      change({
        ownershipRefusal: ownership === 'refused' ? (reason ?? 'Azure did not say why.') : null,
      });
    }
    void navigate({ search: step ? { step } : {}, replace: true });
  }, [consent, ownership, tenant, reason, step, credential, change, navigate]);
}
