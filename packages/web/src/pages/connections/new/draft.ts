import type { Connection, StorageLocation } from '@mooring/contract';
import type { FormField, Reading, StorageKind } from '@mooring/storage';
import { KINDS } from '@/kinds.ts';
import { kindOf } from '@/storage-kind.ts';
import { type CredentialDraft, draftOf, emptyCredential, wayOf, withText } from '../credential/draft.ts';
import { type Grants, READ_ONLY } from '../setup-request.ts';
import { EMPTY_SOURCE, type SourceDraft } from '../source-draft.ts';

/** A connection as it is being set up. The browser keeps it until it is done, but for its secrets. */
export interface Draft {
  /** The storage kind. */
  provider: string;
  /** As typed; the parts were taken from it, or it from the parts. */
  address: string;
  /** By the name of the part. */
  parts: Readonly<Record<string, string>>;
  name: string;
  credential: CredentialDraft;
  /** Whether the person chose the kind of credential. Until then it is the recommended one. */
  isKindChosen: boolean;
  /** What came of asking an administrator for consent. */
  consent: Consent | null;
  /** Why a sign-in did not prove that the owner wants this. */
  ownershipRefusal: string | null;
  grants: Grants;
  /** Once it has been made. */
  connectionId: string | null;
  source: SourceDraft;
}

/** `filled`: what the consent filled in, such as the directory. */
export type Consent = { filled: string | null } & (
  | { outcome: 'granted' }
  | { outcome: 'refused'; reason: string | null }
);

const emptyDraft = (kind: StorageKind): Draft => ({
  provider: kind.id,
  address: '',
  parts: {},
  name: '',
  credential: emptyCredential(kind),
  isKindChosen: false,
  consent: null,
  ownershipRefusal: null,
  grants: READ_ONLY,
  connectionId: null,
  source: EMPTY_SOURCE,
});

export const EMPTY: Draft = emptyDraft(KINDS[0]!);

/** The draft of a connection whose set-up is unfinished, wherever it was begun. */
export function draftOfConnection({
  id,
  name,
  provider,
  location,
  credential,
  renditionPrefix,
}: Connection): Draft {
  const kind = kindOf(provider);
  const parts = kind.location.toParts(location);
  return {
    ...emptyDraft(kind),
    ...{ parts, address: kind.location.join(parts), name },
    ...{ credential: draftOf(kind, credential), isKindChosen: true, connectionId: id },
    grants: { ...READ_ONLY, renditionPrefix: renditionPrefix ?? '' },
  };
}

/** Another storage kind: what was typed for the one before means nothing here, but for an address. */
export const withKind = (draft: Draft, kind: StorageKind): Draft => ({
  ...emptyDraft(kind),
  name: draft.name,
  connectionId: draft.connectionId,
  source: draft.source,
});

const isEmpty = (parts: Draft['parts']): boolean => Object.values(parts).every(text => text.trim() === '');

/** The location that was typed; null while nothing was. */
export function locationOf(draft: Draft): Reading<StorageLocation> | null {
  const { address, parts } = draft;
  const rules = kindOf(draft.provider).location;
  // An address that follows from the parts is judged with them.
  const taken = address.trim() === '' || address === rules.join(parts) ? null : rules.takeApart(address);
  if (taken && !taken.ok) return taken;
  return isEmpty(parts) ? null : rules.read(parts);
}

/** The parts that an address says, in place of those of before. */
export function withAddress(draft: Draft, address: string): Draft {
  const taken = kindOf(draft.provider).location.takeApart(address);
  return { ...draft, address, parts: taken.ok ? taken.value : {} };
}

/** A part that was typed by itself; the address then says what the parts say. */
export function withPart(draft: Draft, part: string, text: string): Draft {
  const rules = kindOf(draft.provider).location;
  const parts = rules.withPart(draft.parts, part, text);
  return { ...draft, parts, address: rules.join(parts) };
}

/**
 * An address as it was typed or pasted. It says which kind it is of; a whole credential in it belongs to the next step,
 * and does not stay in sight.
 * @returns also the field of the credential that was taken out of it
 */
export function takeAddress(text: string, draft: Draft): { draft: Draft; taken: FormField | null } {
  const current = kindOf(draft.provider);
  const kind = [current, ...KINDS].find(({ location }) => location.recognises(text)) ?? current;
  const own = kind === current ? draft : withKind(draft, kind);
  const found = kind.location.credentialIn(text);
  const field = found && wayOf(kind, found.kind)?.fields.find(({ name }) => name === found.field);
  if (!field) return { draft: withAddress(own, text), taken: null };
  const credential = withText({ ...own.credential, kind: found.kind }, field, found.text);
  return { draft: { ...withAddress(own, found.address), credential, isKindChosen: true }, taken: field };
}

/** The name that was typed, or one made of the location. */
export const nameOf = (draft: Pick<Draft, 'name' | 'provider'>, location: StorageLocation): string =>
  draft.name.trim() || kindOf(draft.provider).location.name(location);
