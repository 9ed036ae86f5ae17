import type { StorageKind } from '@mooring/storage';
import { type CredentialDraft, emptyCredential, wayOf, withText, withWanted } from './draft.ts';

/** A draft in which texts stand in the fields of a way, by their names. What stands behind a switch is switched on. */
export function typedCredential(
  kind: StorageKind,
  way: string,
  texts: Readonly<Record<string, string>> = {},
): CredentialDraft {
  let draft: CredentialDraft = { ...emptyCredential(kind), kind: way };
  for (const field of wayOf(kind, way)!.fields) {
    const text = texts[field.name];
    if (text === undefined) continue;
    draft = withText(draft, field, text);
    if (field.behind) draft = withWanted(draft, field, true);
  }
  return draft;
}
