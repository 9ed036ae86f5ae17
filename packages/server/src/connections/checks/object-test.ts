import type { Check, CheckId, objectTestRequest, StorageLocation } from '@mooring/contract';
import type { LocationRules } from '@mooring/storage';
import type { Clock, StorageObject } from '@mooring/storage/server';
import { findSample, ProviderError } from '@mooring/storage/server';
import type { z } from 'zod';
import type { Kinds } from '../../platform/kinds.ts';
import type { Logger } from '../../platform/log.ts';
import { MooringError } from '../../platform/problem.ts';
import type { OpenConnection } from '../opening/provider-cache.ts';
import { runCheckDefinitions } from './runner.ts';
import type { TryOptions } from './try-check.ts';

export type ObjectTestRequest = z.output<typeof objectTestRequest>;

export interface TestedObject {
  container: string;
  key: string;
  /** As far as the server could read them. */
  facts: { sizeBytes: number; contentType: string | null };
  /** What the server found. */
  checks: Check[];
}

const TESTS: readonly CheckId[] = ['head', 'range', 'sign', 'fetch', 'preflight'];

/** What is tried on single objects of a connection. */
export const createObjectTests = (deps: {
  open: (workspaceId: string, connectionId: string) => Promise<OpenConnection>;
  kinds: Kinds;
  clock: Clock;
  log: Logger;
  /** How long one check may take. */
  checkTimeoutSeconds: number;
}) => ({
  /**
   * The object that the checks try themselves on.
   * @throws MooringError as `open`, `not_found` where there is none that can be read; ProviderError as a listing
   */
  findSample: async (
    workspaceId: string,
    connectionId: string,
    signal: AbortSignal,
  ): Promise<{ container: string; sample: StorageObject }> =>
    findReadableObject(await deps.open(workspaceId, connectionId), signal),

  /** Puts one object to the test, from the server. @throws as `open`, and as the function below */
  testObject: async (
    workspaceId: string,
    connectionId: string,
    request: ObjectTestRequest,
    options: { origins: readonly string[]; signal: AbortSignal },
  ): Promise<TestedObject> => {
    const { clock, log, checkTimeoutSeconds: timeoutSeconds } = deps;
    const opened = await deps.open(workspaceId, connectionId);
    const { location: rules } = deps.kinds.get(opened.connection.provider).kind;
    return testObject(opened, request, {
      ...{ ...options, rules },
      clock,
      log,
      timeoutSeconds,
    });
  },
});

/**
 * Reads one object as the server does, signs a URL for it and fetches that. Nothing is stored.
 * @throws MooringError `invalid_request` where the address is none of an object below the connection's prefix;
 * ProviderError where the storage fails in between
 */
async function testObject(
  { connection, provider }: OpenConnection,
  request: ObjectTestRequest,
  { rules, ...options }: { origins: readonly string[]; rules: LocationRules<StorageLocation> } & TryOptions,
): Promise<TestedObject> {
  const { container, key } = requireWithin(placeOf(request, connection.location, rules), connection.location);
  const definitions = provider.checks.filter(({ id }) => TESTS.includes(id));
  // All that is known of it before the first check is where it should be.
  const sample = {
    ...{ key, etag: '', sizeBytes: 0, contentType: null, tier: null },
    ...{ archiveState: 'unknown' as const, lastModified: new Date(0), placeholder: false },
  };
  const { origins, ...run } = options;
  const place = { container, prefix: '', origins, sample };
  const checks = await runCheckDefinitions(definitions, place, { ...run, onCheck() {} });
  const isThere = checks.some(({ id, status }) => id === 'head' && status === 'passed');
  const known = isThere ? await provider.reader?.head(container, key, options.signal) : null;
  const { sizeBytes, contentType } = known ?? sample;
  return { container, key, facts: { sizeBytes, contentType }, checks };
}

async function findReadableObject(
  { connection, provider }: OpenConnection,
  signal: AbortSignal,
): Promise<{ container: string; sample: StorageObject }> {
  const { container, prefix } = connection.location;
  const { sample, others } = await findSample(provider, { container, prefix, signal });
  if (sample)
    return { container, sample: await firstReadable(provider, container, [sample, ...others], signal) };
  throw new MooringError('not_found', 'There is no object to read.', {
    fix: 'Upload one below the prefix of the connection.',
  });
}

/**
 * The first that the server can read; the first of all where it can read none. One that is stored compressed stands
 * back: browsers take no range of it.
 */
async function firstReadable(
  { reader }: OpenConnection['provider'],
  container: string,
  samples: readonly StorageObject[],
  signal: AbortSignal,
): Promise<StorageObject> {
  let compressed: StorageObject | null = null;
  for (const { key } of reader ? samples : []) {
    try {
      const found = await reader!.head(container, key, signal);
      if (found.contentEncoding === null) return found;
      compressed ??= found;
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
    }
  }
  return compressed ?? samples[0]!;
}

interface Place {
  container: string;
  key: string;
}

function placeOf(
  { url, key, container }: ObjectTestRequest,
  location: StorageLocation,
  rules: LocationRules<StorageLocation>,
): Place {
  if (url !== undefined && key === undefined) {
    const read = rules.object(url.trim(), location);
    if (!read.ok) throw refuse('url', read.message, read.fix);
    return read.value;
  }
  if (key !== undefined && key !== '' && url === undefined) {
    return { container: container ?? location.container, key };
  }
  throw refuse('url', 'Expected either the URL of an object, or its key.', 'Send one of the two.');
}

/** A connection speaks for its container and prefix; nothing beside them gets a URL through it. */
function requireWithin(place: Place, { container, prefix }: StorageLocation): Place {
  if (place.container === container && place.key.startsWith(prefix)) return place;
  throw refuse(
    'key',
    `The object ${place.key} in the container ${place.container} is outside of this connection: expected the container ${container}${prefix === '' ? '' : ` and a key that begins with ${prefix}`}.`,
    'Test an object that the connection reaches, or make a connection to the place of this one.',
  );
}

const refuse = (path: string, message: string, fix: string): MooringError =>
  new MooringError('invalid_request', message, { fix, fields: [{ path, message }] });
