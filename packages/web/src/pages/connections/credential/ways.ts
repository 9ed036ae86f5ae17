import type { CredentialWay, StorageKind } from '@mooring/storage';

/** The way to begin with: the best of those offered, but never one person's sign-in. */
export const recommendedWay = (kind: StorageKind, offers: Record<string, unknown>): CredentialWay =>
  kind.credentials.ways.find(way => way.isOffered(offers) && !way.isPersonal) ?? kind.credentials.ways[0]!;
