import type {
  AccessMode,
  AzureLocation,
  BrowsePage,
  BrowserResults,
  CheckRun,
  Connection,
  ConnectionCreate,
  ConnectionUpdate,
  Credential,
  CredentialInput,
  Operation,
  Page,
} from '@mooring/contract';
import { decodeCursor, encodeCursor } from '../catalogue/cursor.ts';
import type { Db, Trx } from '../catalogue/db.ts';
import { requireStorable } from '../catalogue/storable.ts';
import type { Operations } from '../operations/operations.ts';
import type { Clock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import type { Guard } from '../platform/network.ts';
import { MooringError, notFound } from '../platform/problem.ts';
import { deriveKey, type SecretBox, type SecretKey } from '../platform/secrets.ts';
import type { IdentityOffers } from '../providers/azure/identity/offers.ts';
import { findSample } from '../providers/checks/sample.ts';
import type { StorageObject } from '../providers/provider.ts';
import { browse } from './browse.ts';
import { createChecks, type RunOptions } from './checks.ts';
import { type Consent, createConsent } from './consent.ts';
import { readCredential } from './credential.ts';
import { createEntraClient } from './entra-client.ts';
import { createEntraRequests } from './entra-requests.ts';
import { readLocation } from './location.ts';
import { type ObjectTestRequest, type TestedObject, testObject } from './object-test.ts';
import { describeOffers } from './offers.ts';
import { createOwnershipTokens, isShared, ownershipMissing, proofOf } from './ownership.ts';
import { createOwnershipRecord } from './ownership-record.ts';
import { createOwnershipSignIn, type OwnershipSignIn } from './ownership-sign-in.ts';
import { createProviderCache, type OpenConnection } from './provider-cache.ts';
import { createProviderFactory } from './provider-factory.ts';
import { createRemoval } from './removal.ts';
import { type ConnectionRow, selectConnections, toConnection } from './row.ts';

export interface ConnectionsDependencies {
  db: Db;
  secrets: SecretBox;
  /** Of the installation, the first is the one that seals. */
  keys: readonly [SecretKey, ...SecretKey[]];
  clock: Clock;
  operations: Operations;
  guard: Guard;
  /** Where Microsoft Entra ID issues tokens. */
  authorityHost: string;
  /** The identities that the operator lets connections use. */
  offers: IdentityOffers;
  log: Logger;
}

/** How storage accounts are reached: settings, credentials, checks, and the providers made from them. */
export function createConnections(deps: ConnectionsDependencies) {
  const { db, secrets, clock, operations, guard, authorityHost, offers, log } = deps;

  const find = (workspaceId: string, connectionId: string): Promise<ConnectionRow | undefined> =>
    selectConnections(db, workspaceId).where('connections.id', '=', connectionId).executeTakeFirst();

  async function mustFind(workspaceId: string, connectionId: string): Promise<ConnectionRow> {
    const row = await find(workspaceId, connectionId);
    if (!row) throw notFound('connection', connectionId);
    return row;
  }

  const tokens = createOwnershipTokens(deps.keys);
  const show = (row: ConnectionRow): Connection => toConnection(row, clock.now(), tokens);
  const providers = createProviderFactory({ secrets, guard, authorityHost, offers, clock, tokens });
  const cache = createProviderCache({ find, createProvider: providers.open, show });
  const ownership = createOwnershipRecord({ db, clock, forget: cache.forget });
  const requests = createEntraRequests({ db, clock, key: deriveKey(deps.keys[0], 'entra-requests') });
  const consent: Consent = createConsent({ requests, offers, authorityHost });
  const ownershipSignIn: OwnershipSignIn = createOwnershipSignIn({
    ...{ requests, ownership, offers, authorityHost, mustFind, clock, log },
    client: createEntraClient({ guard, clock }),
  });
  const checks = createChecks({ db, clock, log, mustFind, providers, ownership });
  const remove = createRemoval({ db, clock, operations });

  /** The columns that hold a credential. */
  function credentialColumns(
    id: string,
    input: CredentialInput,
    place: { accessMode: AccessMode; location: AzureLocation },
  ) {
    const { shown, secret } = readCredential(input, { ...place, offers, now: clock.now() });
    return { credential: JSON.stringify(shown), credential_sealed: secrets.seal(JSON.stringify(secret), id) };
  }

  return {
    /**
     * Stores a new connection, as a draft: its checks have not run.
     * @throws MooringError `invalid_location`, `invalid_request` or one of `sas_…`, with the field
     */
    async create(workspaceId: string, input: ConnectionCreate): Promise<Connection> {
      requireStorable({ name: input.name });
      const accessMode = input.accessMode ?? 'server';
      const location = readLocation(input.location, guard);
      const now = clock.now();
      const id = newId('connection', now.getTime());
      const row = await db
        .insertInto('connections')
        .values({
          workspace_id: workspaceId,
          id,
          name: input.name,
          provider: input.provider ?? 'azure',
          access_mode: accessMode,
          location: JSON.stringify(location),
          ...credentialColumns(id, input.credential, { accessMode, location }),
          status: 'draft',
          rendition_prefix: input.renditionPrefix ?? null,
          revision: 1,
          created_at: now,
          updated_at: now,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return show({ ...row, asset_count: 0 });
    },

    /** Oldest first. */
    async list(
      workspaceId: string,
      { cursor, limit }: { cursor?: string | undefined; limit: number },
    ): Promise<Page<Connection>> {
      const [after] = cursor === undefined ? [] : decodeCursor(cursor, 1);
      const rows = await selectConnections(db, workspaceId)
        .$if(after !== undefined, query => query.where('connections.id', '>', after!))
        .orderBy('connections.id')
        .limit(limit + 1)
        .execute();
      const last = rows[limit - 1];
      return {
        items: rows.slice(0, limit).map(show),
        nextCursor: rows.length > limit && last ? encodeCursor(last.id) : null,
      };
    },

    /** @throws MooringError `not_found` */
    async get(workspaceId: string, connectionId: string): Promise<Connection> {
      return show(await mustFind(workspaceId, connectionId));
    },

    /**
     * Renames it, or replaces its credential, by one of another kind too. With a new credential it is a draft again.
     * @param ifRevision the revision that the change was made for; undefined for any
     * @throws MooringError `not_found`, `stale_revision`, and what `create` throws
     */
    async update(
      workspaceId: string,
      connectionId: string,
      input: ConnectionUpdate,
      { ifRevision }: { ifRevision?: number | undefined } = {},
    ): Promise<Connection> {
      requireStorable({ name: input.name });
      const updated = await db.transaction().execute(async trx => {
        const row = await lock(trx, workspaceId, connectionId);
        if (ifRevision !== undefined && ifRevision !== row.revision) throw stale(row, ifRevision);
        const { name, credential, renditionPrefix } = input;
        if (name === undefined && credential === undefined && renditionPrefix === undefined) return row;
        const columns = credential && {
          ...credentialColumns(connectionId, credential, {
            accessMode: row.access_mode as AccessMode,
            location: row.location as AzureLocation,
          }),
          status: 'draft',
          status_reason: null,
          last_checked_at: null,
        };
        if (credential) await checks.clear(trx, workspaceId, connectionId);
        await trx
          .updateTable('connections')
          .set({
            ...columns,
            ...(name !== undefined && { name }),
            ...(renditionPrefix !== undefined && { rendition_prefix: renditionPrefix }),
            revision: row.revision + 1,
            updated_at: clock.now(),
          })
          .where('workspace_id', '=', workspaceId)
          .where('id', '=', connectionId)
          .execute();
        return lock(trx, workspaceId, connectionId);
      });
      if (input.credential) await cache.forget(workspaceId, connectionId);
      return show(updated);
    },

    /**
     * Ends all use of it at once, then has its sources and assets removed. Asked again, it answers with the same
     * operation, or with a new one where that came to nothing.
     * @throws MooringError `not_found`
     */
    async remove(workspaceId: string, connectionId: string): Promise<Operation> {
      const operation = await remove(workspaceId, connectionId);
      await cache.forget(workspaceId, connectionId);
      return operation;
    },

    /**
     * Its provider, shared by everybody in this process: do not close it, and do not keep it for longer than one
     * piece of work. Opened for each piece, a removed connection is refused within a second.
     * @throws MooringError `not_found`, also for a removed one; `unavailable` where its secret cannot be unsealed
     */
    open: (workspaceId: string, connectionId: string): Promise<OpenConnection> =>
      cache.open(workspaceId, connectionId),

    /** One level of a container. @throws MooringError as `open` does; otherwise as `browse` in browse.ts */
    browse: async (
      workspaceId: string,
      connectionId: string,
      query: Parameters<typeof browse>[1],
      signal: AbortSignal,
    ): Promise<BrowsePage> => browse(await cache.open(workspaceId, connectionId), query, signal),

    /**
     * Runs the server's checks afresh, all or some, stores their results, and sets the connection's status by them.
     * @throws MooringError `not_found`; `conflict` where the credential was replaced meanwhile; `invalid_request` for
     * checks that it does not have; the signal's reason
     */
    runChecks: (workspaceId: string, connectionId: string, options: RunOptions): Promise<CheckRun> =>
      checks.run(workspaceId, connectionId, options),

    /** The latest results. @throws MooringError `not_found`, `connection_unlinked` */
    async getChecks(workspaceId: string, connectionId: string): Promise<CheckRun> {
      const row = await mustFind(workspaceId, connectionId);
      return checks.latest(workspaceId, show(row), await checks.definitions(row));
    },

    /** Stores what a browser found, judged beside the server's results. @throws MooringError as `open` */
    async putBrowserResults(
      workspaceId: string,
      connectionId: string,
      results: BrowserResults,
    ): Promise<CheckRun> {
      const { provider } = await cache.open(workspaceId, connectionId);
      const connection = show(await mustFind(workspaceId, connectionId));
      return checks.putBrowserResults(workspaceId, connection, provider.checks, results);
    },

    /**
     * The object that the checks try themselves on.
     * @throws MooringError as `open`, `not_found` where there is none that can be read; ProviderError as a listing
     */
    async findSample(
      workspaceId: string,
      connectionId: string,
      signal: AbortSignal,
    ): Promise<{ container: string; sample: StorageObject }> {
      const { connection, provider } = await cache.open(workspaceId, connectionId);
      const { container, prefix } = connection.location;
      const { sample } = await findSample(provider, { container, prefix, signal });
      if (sample) return { container, sample };
      throw new MooringError('not_found', 'There is no object that could be read.', {
        fix: 'Upload one below the prefix of the connection.',
      });
    },

    /** Puts one object to the test, from the server. Throws as `open`, and as `testObject` in object-test.ts. */
    testObject: async (
      workspaceId: string,
      connectionId: string,
      request: ObjectTestRequest,
      options: Pick<RunOptions, 'origins' | 'signal'>,
    ): Promise<TestedObject> =>
      testObject(await cache.open(workspaceId, connectionId), request, { ...options, clock, log }),

    /**
     * Looks for the mark of the owner now.
     * @throws MooringError `not_found`, `connection_unlinked`; `storage_unauthenticated` where the identity itself gets
     * no token; `ownership_missing` where it is not found, whatever the reason; `conflict` where the credential was
     * replaced meanwhile; the signal's reason
     */
    async proveOwnership(
      workspaceId: string,
      connectionId: string,
      signal: AbortSignal,
    ): Promise<Connection> {
      const row = await mustFind(workspaceId, connectionId);
      if (!isShared(row.credential as Credential)) return show(row);
      const options = { only: ['ownership'] as const, origins: [], signal, onCheck: () => {} };
      const run = await checks.run(workspaceId, connectionId, options);
      const credential = run.checks.find(({ id, status }) => id === 'credential' && status === 'failed');
      if (credential?.observed) {
        throw new MooringError('storage_unauthenticated', credential.observed, {
          fix: credential.fix?.steps.join(' ') ?? '',
        });
      }
      const now = await mustFind(workspaceId, connectionId);
      if (!proofOf(now)) throw ownershipMissing(now);
      return show(now);
    },

    consent,
    ownershipSignIn,

    /** What this installation offers to sign in with. Throws as `describeOffers` in offers.ts. */
    describeOffers: () => describeOffers(offers),

    /** Closes every provider. */
    close: (): Promise<void> => cache.close(),
  };
}
export type Connections = ReturnType<typeof createConnections>;

async function lock(trx: Trx, workspaceId: string, connectionId: string): Promise<ConnectionRow> {
  const row = await selectConnections(trx, workspaceId)
    .where('connections.id', '=', connectionId)
    .forNoKeyUpdate('connections')
    .executeTakeFirst();
  if (!row) throw notFound('connection', connectionId);
  return row;
}

const stale = (row: ConnectionRow, ifRevision: number): MooringError =>
  new MooringError(
    'stale_revision',
    `The connection is at revision ${row.revision}; the change was made for revision ${ifRevision}.`,
    { fix: 'Read the connection again, and make the change for what it is now.' },
  );
