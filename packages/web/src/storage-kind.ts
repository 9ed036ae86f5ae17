import type { Installation } from '@mooring/contract';
import { mayBeKept as mayBe, type SecretRefusal, type StorageKind, secretRefusal } from '@mooring/storage';
import { KINDS } from '@/kinds.ts';

/** The kind that a connection, a draft or a document names. */
export function kindOf(id: string): StorageKind {
  const kind = KINDS.find(known => known.id === id);
  if (!kind)
    throw new Error(`This app knows no storage kind “${id}”. Reload the page: the server may be newer.`);
  return kind;
}

/** What this installation offers of a kind. */
export const offersOf = (kind: StorageKind, installation: Installation): Record<string, unknown> =>
  installation.offers[kind.id] ?? {};

const RULES = KINDS.map(({ secrets }) => secrets);

/** Why a text is refused in a field that is for no secret; null where it holds none that can be recognised. */
export const secretIn = (text: string): SecretRefusal | null => secretRefusal(text, ...RULES);

/** Whether a text may be kept in this browser. */
export const mayBeKept = (text: string): boolean => mayBe(text, ...RULES);
