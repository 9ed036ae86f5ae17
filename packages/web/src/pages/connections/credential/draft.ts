import type { AccessMode, Credential, CredentialInput, StorageLocation } from '@mooring/contract';
import {
  type CredentialWay,
  type FormField,
  type Reading,
  type Refusal,
  readFields,
  type StorageKind,
} from '@mooring/storage';
import { mayBeKept } from '@/storage-kind.ts';

/** A credential as it is being typed. Of the fields, each way uses its own. */
export interface CredentialDraft {
  /** One of the ways of the storage kind. */
  kind: string;
  /** What is typed, by the key of the field. */
  texts: Readonly<Record<string, string>>;
  /** Keys of the fields behind a switch that are wanted. */
  wanted: readonly string[];
}

/** Nothing typed, and a way that every installation offers. */
export const emptyCredential = ({ credentials: { ways } }: StorageKind): CredentialDraft => ({
  kind: (ways.find(({ operator }) => operator === null) ?? ways[0])!.id,
  texts: {},
  wanted: [],
});

export const wayOf = ({ credentials }: StorageKind, id: string): CredentialWay | undefined =>
  credentials.ways.find(way => way.id === id);

/** Fields of several ways with the same name and label are one: what was typed stays when another way is chosen. */
const keyOf = ({ name, label }: FormField): string => `${name}: ${label}`;

export const textOf = ({ texts }: CredentialDraft, field: FormField): string => texts[keyOf(field)] ?? '';

export const withText = (draft: CredentialDraft, field: FormField, text: string): CredentialDraft => ({
  ...draft,
  texts: { ...draft.texts, [keyOf(field)]: text },
});

/** Whether a field is to be filled in: it stands behind no switch, or the switch is on. */
export const isWanted = ({ wanted }: CredentialDraft, field: FormField): boolean =>
  !field.behind || wanted.includes(keyOf(field));

export const withWanted = (draft: CredentialDraft, field: FormField, isOn: boolean): CredentialDraft => ({
  ...draft,
  wanted: [...draft.wanted.filter(key => key !== keyOf(field)), ...(isOn ? [keyOf(field)] : [])],
});

/** A draft of the credential that is stored, which is all that can be shown of it. */
export function draftOf(kind: StorageKind, stored: Credential): CredentialDraft {
  let draft: CredentialDraft = { ...emptyCredential(kind), kind: stored.kind };
  for (const field of wayOf(kind, stored.kind)?.fields ?? []) {
    if (field.behind?.isOn(stored)) draft = withWanted(draft, field, true);
    if (!field.secret) draft = withText(draft, field, storedText(field, stored));
  }
  return draft;
}

const storedText = ({ name }: FormField, stored: Credential): string => {
  const value = stored[name];
  return typeof value === 'string' ? value : '';
};

const fieldsOf = ({ credentials }: StorageKind): FormField[] =>
  credentials.ways.flatMap(({ fields }) => fields);

/**
 * As it may be kept in a browser: choices, and texts that are no secrets and that nothing speaks against. People paste
 * secrets into any field.
 */
export function withoutSecrets(kind: StorageKind, draft: CredentialDraft): CredentialDraft {
  const empty = emptyCredential(kind);
  const fields = fieldsOf(kind);
  let kept: CredentialDraft = { ...empty, kind: wayOf(kind, draft.kind)?.id ?? empty.kind };
  for (const field of fields) {
    if (field.behind && isWanted(draft, field)) kept = withWanted(kept, field, true);
    const text = textOf(draft, field).trim();
    if (text === '' || field.secret || !mayBeKept(text)) continue;
    const { problems } = field.judge(text, { now: new Date(), location: null });
    if (problems.every(({ level }) => level !== 'error')) kept = withText(kept, field, text);
  }
  return kept;
}

const wantedFields = (kind: StorageKind, draft: CredentialDraft): FormField[] =>
  wayOf(kind, draft.kind)?.fields.filter(field => isWanted(draft, field)) ?? [];

/** All that was typed into the fields of the way, by their names. */
const typedOf = (kind: StorageKind, draft: CredentialDraft): CredentialInput => ({
  ...Object.fromEntries(wantedFields(kind, draft).map(field => [field.name, textOf(draft, field).trim()])),
  kind: draft.kind,
});

const withoutEmpty = (typed: CredentialInput): CredentialInput => ({
  ...Object.fromEntries(Object.entries(typed).filter(([, text]) => text !== '')),
  kind: typed.kind,
});

/** What a credential is judged by: when, and for which connection. */
export interface CredentialContext {
  now: Date;
  /** Null while it is not known. */
  location: StorageLocation | null;
  accessMode: AccessMode;
}

/**
 * The credential that was typed, judged as the command line and the server judge it: each field, then the whole. What
 * stands behind a switch that is on must be filled in.
 */
export function readCredential(
  kind: StorageKind,
  draft: CredentialDraft,
  context: CredentialContext,
): Reading<CredentialInput> {
  const empty = wantedFields(kind, draft).find(field => field.behind && textOf(draft, field).trim() === '');
  if (!empty) {
    const typed = typedOf(kind, draft);
    const read = kind.credentials.read(typed, context);
    return read.ok ? { ok: true, value: withoutEmpty(typed) } : read;
  }
  const { name, label, hint = `Give ${label}.` } = empty;
  return { ok: false, code: 'invalid_request', field: name, message: `${label} is empty.`, fix: hint };
}

/**
 * What takes the place of a stored credential: as `readCredential`, but secrets that are not typed again stay as they are
 * stored, if the stored credential is of the same kind.
 */
export function readChange(
  kind: StorageKind,
  draft: CredentialDraft,
  stored: Credential | null,
  context: CredentialContext,
): Reading<CredentialInput> {
  const isKept = (field: FormField) =>
    field.secret && !field.behind && textOf(draft, field).trim() === '' && draft.kind === stored?.kind;
  const typed = wantedFields(kind, draft).filter(field => !isKept(field));
  if (typed.length === wantedFields(kind, draft).length) return readCredential(kind, draft, context);
  const input = typedOf(kind, draft);
  const read = readFields({ fields: typed }, input, context);
  return read.ok ? { ok: true, value: withoutEmpty(input) } : read;
}

/** Why a credential is refused as a whole, though nothing speaks against any of its fields; null where it is not. */
export function wholeRefusal(
  kind: StorageKind,
  draft: CredentialDraft,
  context: CredentialContext,
): Refusal | null {
  const read = readCredential(kind, draft, context);
  if (read.ok) return null;
  const { ok: areSound } = readFields({ fields: wantedFields(kind, draft) }, typedOf(kind, draft), context);
  return areSound ? read : null;
}

/** What can be shown of it already. Holds no secret. */
export const previewOf = (kind: StorageKind, draft: CredentialDraft): Credential =>
  kind.credentials.preview(typedOf(kind, draft));

/** Whether what is typed is the credential that is stored: the same way and ids, and no secret typed anew. */
export function isStoredCredential(kind: StorageKind, draft: CredentialDraft, stored: Credential): boolean {
  if (draft.kind !== stored.kind) return false;
  if (fieldsOf(kind).some(field => field.secret && textOf(draft, field).trim() !== '')) return false;
  return (wayOf(kind, draft.kind)?.fields ?? []).every(
    field =>
      (!field.behind || isWanted(draft, field) === field.behind.isOn(stored)) &&
      (field.secret || textOf(draft, field).trim() === storedText(field, stored)),
  );
}
