import { type AzureLocation, type LocationParse, parseAzureLocation } from '@mooring/contract';
import { useCallback, useState } from 'react';
import { type CredentialDraft, EMPTY_CREDENTIAL } from '../credential/draft.ts';

/** A connection as it is being set up. Survives a reload of the page, but for its secrets. */
export interface Draft {
  name: string;
  /** A URL, or the parts. */
  by: 'url' | 'parts';
  url: string;
  account: string;
  container: string;
  prefix: string;
  credential: CredentialDraft;
  /** Once it has been made, and at which location. */
  connectionId: string | null;
  madeAt: AzureLocation | null;
}

const EMPTY: Draft = {
  name: '',
  by: 'url',
  url: '',
  account: '',
  container: '',
  prefix: '',
  credential: EMPTY_CREDENTIAL,
  connectionId: null,
  madeAt: null,
};

/** The location that was typed; null while nothing was. */
export function locationOf(draft: Draft): LocationParse | null {
  const { by, url, account, container, prefix } = draft;
  if (by === 'url') return url.trim() === '' ? null : parseAzureLocation({ url });
  return [account, container, prefix].every(part => part.trim() === '')
    ? null
    : parseAzureLocation({ account, container, prefix });
}

/** The name that was typed, or one made of the location. */
export const nameOf = (draft: Draft, location: AzureLocation): string =>
  draft.name.trim() || `${location.account} / ${location.container}`;

/** As it may be stored: without tokens and secrets, also where a URL holds one. */
export const withoutSecrets = (draft: Draft): Draft => ({
  ...draft,
  url: withoutToken(draft.url),
  account: withoutToken(draft.account),
  container: withoutToken(draft.container),
  prefix: withoutToken(draft.prefix),
  credential: { ...draft.credential, clientSecret: '', sasToken: '', deliverySasToken: '' },
});

function withoutToken(text: string): string {
  const address = text.replace(/\?.*$/s, '');
  return /sig=|key=/i.test(address) ? '' : address;
}

const KEY = 'mooring.new-connection';

function load(): Draft {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return EMPTY;
    const draft = { ...EMPTY, ...(stored as Partial<Draft>) };
    return { ...draft, credential: { ...EMPTY_CREDENTIAL, ...draft.credential } };
  } catch {
    // Storage is switched off, or holds what an older version wrote.
    return EMPTY;
  }
}

function save(draft: Draft | null): void {
  try {
    if (draft === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify(withoutSecrets(draft)));
  } catch {
    // Storage is switched off: the draft lasts until the page is left.
  }
}

/** The draft of this tab. Leaving the pages of the wizard forgets only the secrets. */
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
  return { draft, change, forget };
}
