import { useCallback, useState } from 'react';
import { EMPTY_CREDENTIAL } from '../credential/draft.ts';
import { EMPTY_SOURCE } from '../source-draft.ts';
import { type Draft, EMPTY, withoutSecrets } from './draft.ts';

const KEY = 'mooring.new-connection';

function load(): Draft {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return EMPTY;
    const draft = { ...EMPTY, ...(stored as Partial<Draft>) };
    return {
      ...draft,
      credential: { ...EMPTY_CREDENTIAL, ...draft.credential },
      grants: { ...EMPTY.grants, ...draft.grants },
      source: { ...EMPTY_SOURCE, ...draft.source },
    };
  } catch {
    // Storage is switched off, or holds what an older version wrote.
    return EMPTY;
  }
}

function save(draft: Draft | null): void {
  try {
    if (draft === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(withoutSecrets(draft)));
  } catch {
    // Storage is switched off: the draft lasts until the page is left.
  }
}

/** The draft of this browser. Closing the page forgets only the secrets. */
export function useDraft() {
  const [draft, setDraft] = useState(load);
  const change = useCallback(
    (changes: Partial<Draft>) =>
      setDraft(before => {
        const next = { ...before, ...changes };
        save(next);
        return next;
      }),
    [],
  );
  const forget = useCallback(() => {
    save(null);
    setDraft(EMPTY);
  }, []);
  /** It has served: another visit begins anew, and this one still shows it. */
  const release = useCallback(() => save(null), []);
  return { draft, change, forget, release };
}
