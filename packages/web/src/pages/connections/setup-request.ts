import type { Installation, Ownership, SetupRequest, StorageLocation } from '@mooring/contract';
import type { StorageKind } from '@mooring/storage';
import { offersOf } from '@/storage-kind.ts';
import { type CredentialDraft, previewOf } from './credential/draft.ts';

/** How narrowly the commands grant, and whether Mooring may write somewhere. */
export interface Grants {
  /** One of the kind's; null: the first. */
  narrowing: string | null;
  /** Empty: Mooring writes nothing. */
  renditionPrefix: string;
}

export const READ_ONLY: Grants = { narrowing: null, renditionPrefix: '' };

/** What is wrong with a rendition prefix; null where nothing is, or it is empty. */
export const renditionPrefixProblem = (text: string): string | null =>
  text === '' || /^\P{Cc}{0,511}\/$/u.test(text)
    ? null
    : 'Expected a prefix that ends in “/”, such as mooring/.';

/** All that the commands are made from. */
export function setupRequestOf({
  kind,
  location,
  credential,
  installation,
  grants,
  ownership,
  origin,
}: {
  kind: StorageKind;
  location: StorageLocation;
  credential: CredentialDraft;
  installation: Installation;
  grants: Grants;
  /** Once the connection exists, and where its credential does not prove it by itself. */
  ownership: Ownership | null;
  /** Of pages that load straight from the storage; null where none do. */
  origin: string | null;
}): SetupRequest {
  const { narrowing, renditionPrefix } = grants;
  const isWritten = renditionPrefix !== '' && renditionPrefixProblem(renditionPrefix) === null;
  return kind.setup.request({
    location,
    credential: previewOf(kind, credential),
    isStored: false,
    offers: offersOf(kind, installation),
    narrowing: narrowing ?? kind.setup.narrowings[0]?.id ?? '',
    renditionPrefix: isWritten ? renditionPrefix : null,
    origins: origin === null ? [] : [origin],
    ownership,
    now: new Date(),
  });
}
