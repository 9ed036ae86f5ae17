import { useCallback, useState } from 'react';
import { EMPTY_SOURCE } from '../source-draft.ts';
import { type Draft, EMPTY } from './draft.ts';
import { keptDraft } from './kept-draft.ts';

const KEY = 'mooring.new-connection';

/** What is kept of a draft; an empty one where nothing is. */
export function loadDraft(): Draft {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return EMPTY;
    const draft = { ...EMPTY, ...(stored as Partial<Draft>) };
    const kept = keptDraft({
      ...draft,
      credential: { ...EMPTY.credential, ...draft.credential },
      grants: { ...EMPTY.grants, ...draft.grants },
      source: { ...EMPTY_SOURCE, ...draft.source },
    });
    // An older version kept more.
    saveDraft(kept);
    return kept;
  } catch {
    // Storage is switched off, or holds what an older version wrote.
    saveDraft(null);
    return EMPTY;
  }
}

/** Keeps what may be kept of a draft; null forgets it. */
export function saveDraft(draft: Draft | null): void {
  try {
    if (draft === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(keptDraft(draft)));
  } catch {
    // Storage is switched off: the draft lasts until the page is left.
  }
}

/** The draft of this browser. Closing the page forgets only the secrets. */
export function useDraft() {
  const [draft, setDraft] = useState(loadDraft);
  const change = useCallback(
    (changes: Partial<Draft>) =>
      setDraft(before => {
        const next = { ...before, ...changes };
        saveDraft(next);
        return next;
      }),
    [],
  );
  const forget = useCallback(() => {
    saveDraft(null);
    setDraft(EMPTY);
  }, []);
  /** It has served: another visit begins anew, and this one still shows it. */
  const release = useCallback(() => saveDraft(null), []);
  return { draft, change, forget, release };
}
