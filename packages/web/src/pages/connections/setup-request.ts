import type { AzureLocation, Installation, Ownership, SetupRequest } from '@mooring/contract';
import type { CredentialDraft } from './credential/draft.ts';
import { setupIdentityOf } from './credential/setup-identity.ts';

/** How narrowly the commands grant, and whether Mooring may write somewhere. */
export interface Grants {
  narrowing: 'container' | 'abac' | 'custom-role';
  /** Empty: Mooring writes nothing. */
  renditionPrefix: string;
}

export const READ_ONLY: Grants = { narrowing: 'container', renditionPrefix: '' };

/** What is wrong with a rendition prefix; null where nothing is, or it is empty. */
export const renditionPrefixProblem = (text: string): string | null =>
  text === '' || /^\P{Cc}{0,511}\/$/u.test(text)
    ? null
    : 'Expected a prefix that ends in “/”, such as mooring/.';

/** All that the commands are made from. */
export function setupRequestOf({
  location,
  credential,
  installation,
  grants,
  ownership,
  origin,
}: {
  location: AzureLocation;
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
  return {
    location,
    identity: setupIdentityOf(credential, installation, new Date()),
    narrowing,
    renditionPrefix: isWritten ? renditionPrefix : null,
    origins: origin === null ? [] : [origin],
    ownership: ownership && { token: ownership.token, markerKey: ownership.markerKey },
  };
}
