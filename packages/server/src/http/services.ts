import type { Clock } from '@mooring/storage/server';
import type { Logger } from 'pino';
import type { Access } from '../access/access.ts';
import type { OidcProvider } from '../access/oidc/provider.ts';
import type { AuditLog } from '../audit/audit.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Db } from '../catalogue/db.ts';
import type { Connections } from '../connections/connections.ts';
import type { Connectors } from '../connectors/connectors.ts';
import type { Datasets } from '../curation/datasets.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { Exports } from '../exports/exports.ts';
import type { Operations } from '../operations/operations.ts';
import type { Limits } from '../platform/config-limits.ts';
import type { Kinds } from '../platform/kinds.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { SecretBox } from '../platform/secrets.ts';
import type { Media } from '../probe/media.ts';
import type { Registrations } from '../registration/registrations.ts';
import type { Feeds } from '../sync/changes/feeds.ts';
import type { OpenThumbnails } from '../thumbnails/open.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';

/** What the routes are made of; main.ts puts them together. */
export interface Services {
  access: Access;
  audit: AuditLog;
  catalogue: Catalogue;
  connections: Connections;
  operations: Operations;
  datasets: Datasets;
  connectors: Connectors;
  delivery: Delivery;
  exports: Exports;
  feeds: Feeds;
  media: Media;
  registrations: Registrations;
  thumbnails: Pick<OpenThumbnails, 'get'>;
  webhooks: Webhooks;
  db: Db;
  /** Where people sign in beside links; null: there is no such provider. */
  oidc: OidcProvider | null;
  /** The database by connections that nothing but `/ready` waits for. */
  healthDb: Db;
  kinds: Kinds;
  metrics: Pick<Metrics, 'countRequest'>;
  secrets: SecretBox;
  /** Aborted when the server is about to end: it goes on answering for a while, and no one should count on it. */
  draining: AbortSignal;
  clock: Clock;
  log: Logger;
  /** Of the product. */
  version: string;
}

export interface HttpOptions {
  /** What browsers reach the server under, without a trailing slash; null: taken from each request. */
  publicUrl: string | null;
  /** The built web app; null to serve none. */
  webDir: string | null;
  /** Origins whose pages may call the API with a token. */
  corsOrigins: readonly string[];
  /** Addresses and networks of proxies whose `X-Forwarded-*` headers are believed. */
  trustedProxies: readonly string[];
  /** Whether storage may be reached over plain HTTP, so that pages may load from there. */
  plainHttp: boolean;
  limits: Limits;
}
