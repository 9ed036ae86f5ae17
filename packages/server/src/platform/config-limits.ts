import type { KindSetting } from '@mooring/storage/server';
import { z } from 'zod';

/** What one workspace, one caller, one object or one file may cost. SECURITY.md explains each limit. */
export interface Limits {
  /** Relayed reads at once in this process. */
  relayMaxConcurrent: number;
  /** Of these, for one workspace. */
  relayMaxPerWorkspace: number;
  /** Of these, for one relay address. */
  relayMaxPerUrl: number;
  /** A reader that takes less for 30 seconds is cut off; 0: never. */
  relayMinBytesPerSecond: number;
  /** Requests that are being answered at once for one workspace, apart from event streams and relayed reads. */
  requestsPerWorkspace: number;
  /** Of these, for one token or session. */
  requestsPerCaller: number;
  /** Open event streams of one workspace. */
  eventStreamsPerWorkspace: number;
  /** Of these, for one token or session. */
  eventStreamsPerCaller: number;
  webhooksPerWorkspace: number;
  tokensPerWorkspace: number;
  /** Links that open assets without signing in. */
  linksPerWorkspace: number;
  connectionsPerWorkspace: number;
  sourcesPerWorkspace: number;
  datasetsPerWorkspace: number;
  connectorsPerWorkspace: number;
  /** After so long the database gives up a query that answers a request. */
  queryTimeoutSeconds: number;
  /** Memory of the pages of listings that a process holds. */
  listingMemoryMb: number;
  /** Of this, for one workspace. */
  listingMemoryPerWorkspaceMb: number;
  /** Memory of the process that reads one file of an inventory report. */
  inventoryMemoryMb: number;
  /** After so long without a row, that process is ended. */
  inventoryStallSeconds: number;
  /** Of one list that is registered, as it is sent. */
  registrationMaxMb: number;
}

export const wholeNumber = (min: number, max: number) =>
  z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).pipe(z.number().int().min(min).max(max));

const limit = (env: string, [min, max]: [number, number], fallback: number): KindSetting<number> => ({
  env: `MOORING_${env}`,
  expected: `a whole number from ${min} to ${max}`,
  schema: wholeNumber(min, max),
  fallback: () => fallback,
});

export const LIMITS: { [K in keyof Limits]: KindSetting<Limits[K]> } = {
  relayMaxConcurrent: limit('RELAY_MAX_CONCURRENT', [1, 10_000], 64),
  relayMaxPerWorkspace: limit('RELAY_MAX_PER_WORKSPACE', [1, 10_000], 32),
  relayMaxPerUrl: limit('RELAY_MAX_PER_URL', [1, 10_000], 16),
  relayMinBytesPerSecond: limit('RELAY_MIN_BYTES_PER_SECOND', [0, 10_000_000], 1024),
  requestsPerWorkspace: limit('REQUESTS_PER_WORKSPACE', [1, 1000], 8),
  requestsPerCaller: limit('REQUESTS_PER_CALLER', [1, 1000], 6),
  eventStreamsPerWorkspace: limit('EVENT_STREAMS_PER_WORKSPACE', [1, 10_000], 256),
  eventStreamsPerCaller: limit('EVENT_STREAMS_PER_CALLER', [1, 10_000], 32),
  webhooksPerWorkspace: limit('WEBHOOKS_PER_WORKSPACE', [0, 1000], 20),
  tokensPerWorkspace: limit('TOKENS_PER_WORKSPACE', [1, 100_000], 1000),
  linksPerWorkspace: limit('LINKS_PER_WORKSPACE', [1, 100_000], 1000),
  connectionsPerWorkspace: limit('CONNECTIONS_PER_WORKSPACE', [1, 10_000], 500),
  sourcesPerWorkspace: limit('SOURCES_PER_WORKSPACE', [1, 100_000], 2000),
  datasetsPerWorkspace: limit('DATASETS_PER_WORKSPACE', [1, 100_000], 1000),
  connectorsPerWorkspace: limit('CONNECTORS_PER_WORKSPACE', [0, 1000], 100),
  queryTimeoutSeconds: limit('QUERY_TIMEOUT_SECONDS', [1, 3600], 30),
  listingMemoryMb: limit('LISTING_MEMORY_MB', [16, 65_536], 256),
  listingMemoryPerWorkspaceMb: limit('LISTING_MEMORY_PER_WORKSPACE_MB', [16, 65_536], 192),
  inventoryMemoryMb: limit('INVENTORY_MEMORY_MB', [128, 65_536], 384),
  inventoryStallSeconds: limit('INVENTORY_STALL_SECONDS', [1, 3600], 60),
  registrationMaxMb: limit('REGISTRATION_MAX_MB', [1, 65_536], 1024),
};

export const DEFAULT_LIMITS = Object.fromEntries(
  Object.entries(LIMITS).map(([name, { fallback }]) => [name, fallback({})]),
) as unknown as Limits;
