import type { Migration } from 'kysely/migration';
import * as foundation from './0001_foundation.ts';
import * as setupLinks from './0002_setup_links.ts';
import * as connections from './0003_connections.ts';
import * as life from './0004_life.ts';
import * as sync from './0005_sync.ts';
import * as ownership from './0006_ownership.ts';
import * as feeds from './0008_feeds.ts';
import * as assetsAlone from './0009_assets_alone.ts';
import * as bounds from './0010_bounds.ts';
import * as marks from './0011_marks.ts';
import * as archiveState from './0012_archive_state.ts';
import * as postponedChanges from './0013_postponed_changes.ts';
import * as operationsDue from './0014_operations_due.ts';
import * as keyCheck from './0015_key_check.ts';
import * as storageKinds from './0016_storage_kinds.ts';
import * as feedAddresses from './0017_feed_addresses.ts';
import * as remedies from './0018_remedies.ts';
import * as ownershipMarks from './0019_ownership_marks.ts';
import * as media from './0020_media.ts';
import * as exactSums from './0021_exact_sums.ts';
import * as profiles from './0022_profiles.ts';
import * as keys from './0023_keys.ts';
import * as parentTokens from './0024_parent_tokens.ts';
import * as bitmaps from './0025_bitmaps.ts';
import * as audit from './0028_audit.ts';
import * as people from './0029_people.ts';
import * as registrations from './0030_registrations.ts';
import * as links from './0031_links.ts';
import * as oidc from './0033_oidc.ts';
import * as tags from './0034_tags.ts';
import * as datasets from './0035_datasets.ts';
import * as signing from './0036_signing.ts';
import * as tokenScopes from './0039_token_scopes.ts';
import * as otherClients from './0040_other_clients.ts';
import * as revisions from './0041_revisions.ts';
import * as connectors from './0042_connectors.ts';

/** Every migration, in the order of their names. Numbered and only ever added. */
export const migrations: Record<string, Migration> = {
  '0001_foundation': foundation,
  '0002_setup_links': setupLinks,
  '0003_connections': connections,
  '0004_life': life,
  '0005_sync': sync,
  '0006_ownership': ownership,
  '0008_feeds': feeds,
  '0009_assets_alone': assetsAlone,
  '0010_bounds': bounds,
  '0011_marks': marks,
  '0012_archive_state': archiveState,
  '0013_postponed_changes': postponedChanges,
  '0014_operations_due': operationsDue,
  '0015_key_check': keyCheck,
  '0016_storage_kinds': storageKinds,
  '0017_feed_addresses': feedAddresses,
  '0018_remedies': remedies,
  '0019_ownership_marks': ownershipMarks,
  '0020_media': media,
  '0021_exact_sums': exactSums,
  '0022_profiles': profiles,
  '0023_keys': keys,
  '0024_parent_tokens': parentTokens,
  '0025_bitmaps': bitmaps,
  '0028_audit': audit,
  '0029_people': people,
  '0030_registrations': registrations,
  '0031_links': links,
  '0033_oidc': oidc,
  '0034_tags': tags,
  '0035_datasets': datasets,
  '0036_signing': signing,
  '0039_token_scopes': tokenScopes,
  '0040_other_clients': otherClients,
  '0041_revisions': revisions,
  '0042_connectors': connectors,
};
