import type { IdentityOffers } from '@mooring/azure/server';
import type {
  AccessMode,
  AssetsAfterDelete,
  AzureLocation,
  BrowsePage,
  BrowserResults,
  CheckRun,
  Connection,
  ConnectionCreate,
  ConnectionEvent,
  ConnectionStatus,
  ConnectionUpdate,
  Credential,
  CredentialInput,
  Fix,
  Operation,
  Page,
} from '@mooring/contract';
import type { Clock, Guard, StorageObject } from '@mooring/storage/server';
import { findSample } from '@mooring/storage/server';
import { decodeCursor, encodeCursor } from '../catalogue/cursor.ts';
import type { Db, Trx } from '../catalogue/db.ts';
import { requireStorable } from '../catalogue/storable.ts';
import type { Operations } from '../operations/operations.ts';
import { newId } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import { MooringError, notFound } from '../platform/problem.ts';
import { deriveKey, type SecretBox, type SecretKey } from '../platform/secrets.ts';
import type { Session } from '../platform/session.ts';
import { browse } from './browse.ts';
import { createChecks, type RunOptions } from './checks/checks.ts';
import { type ObjectTestRequest, type TestedObject, testObject } from './checks/object-test.ts';
import { createRechecks } from './checks/recheck.ts';
import { type Consent, createConsent } from './identity/consent.ts';
import { createEntraClient } from './identity/entra-client.ts';
import { createEntraRequests } from './identity/entra-requests.ts';
import { describeOffers } from './identity/offers.ts';
import { createExpiryNotices } from './life/expiry-notices.ts';
import { createRemoval } from './life/removal.ts';
import { createReplacement, type ReplaceOptions } from './life/replacement.ts';
import { howToRevoke } from './life/revoke.ts';
import { createUnlink } from './life/unlink.ts';
import { createProviderCache, type OpenConnection } from './opening/provider-cache.ts';
import { createProviderFactory } from './opening/provider-factory.ts';
import { createOwnershipTokens, isShared, ownershipMissing, proofOf } from './ownership/proof.ts';
import { createOwnershipRecord } from './ownership/proof-record.ts';
import { createOwnershipSignIn, type OwnershipSignIn } from './ownership/sign-in.ts';
import { type ConnectionIds, listEvents, recordEvent } from './rows/history.ts';
import { type ConnectionRow, selectConnections, toConnection } from './rows/row.ts';
import { hearUse } from './rows/status.ts';
import { readCredential } from './settings/credential.ts';
import { credentialWords } from './settings/credential-words.ts';
import { readLocation } from './settings/location.ts';
import { requireStorageOfAzure } from './settings/shared-endpoint.ts';

export interface ConnectionsDependencies {
  db: Db;
  secrets: SecretBox;
  /** Of the installation, the first is the one that seals. */
  keys: readonly [SecretKey, ...SecretKey[]];
  clock: Clock;
  operations: Operations;
  session: Session;
  guard: Guard;
  /** Where Microsoft Entra ID issues tokens. */
  authorityHost: string;
  /** The identities that the operator lets connections use. */
  offers: IdentityOffers;
  log: Logger;
}

/** How storage accounts are reached: settings, credentials, checks, and the providers made from them. */
export function createConnections(deps: ConnectionsDependencies) {
  const { db, secrets, clock, operations, session, guard, authorityHost, offers, log } = deps;

  const find = (workspaceId: string, connectionId: string): Promise<ConnectionRow | undefined> =>
    selectConnections(db, workspaceId).where('connections.id', '=', connectionId).executeTakeFirst();

  async function mustFind(workspaceId: string, connectionId: string): Promise<ConnectionRow> {
    const row = await find(workspaceId, connectionId);
    if (!row) throw notFound('connection', connectionId);
    return row;
  }

  const tokens = createOwnershipTokens(deps.keys);
  const show = (row: ConnectionRow): Connection => toConnection(row, clock.now(), tokens);
  const providers = createProviderFactory({ secrets, guard, authorityHost, offers, clock, tokens, log });
  const cache = createProviderCache({ find, createProvider: providers.open, show });
  const unhear = hearUse(session, (workspaceId, connectionId) => {
    cache
      .forget(workspaceId, connectionId)
      .catch(error => log.warn({ err: error, connectionId }, 'a provider could not be closed'));
  });
  const ownership = createOwnershipRecord({ db, clock, operations, forget: cache.forget });
  const requests = createEntraRequests({ db, clock, key: deriveKey(deps.keys[0], 'entra-requests') });
  const consent: Consent = createConsent({ requests, offers, authorityHost });
  const ownershipSignIn: OwnershipSignIn = createOwnershipSignIn({
    ...{ requests, ownership, offers, authorityHost, mustFind, clock, log },
    client: createEntraClient({ guard, clock }),
  });
  const checks = createChecks({ db, clock, log, mustFind, providers, ownership });
  const remove = createRemoval({ db, clock, operations });

  const lockRow = (trx: Trx, ids: ConnectionIds) => lock(trx, ids.workspaceId, ids.connectionId);
  const forget = cache.forget;
  const unlink = createUnlink({ db, clock, operations, lock: lockRow, clearChecks: checks.clear, forget });
  const replace = createReplacement({ db, clock, log, providers, lock: lockRow, forget });
  const noticeExpiries = createExpiryNotices({ db, clock });

  /** The two halves of a credential as they are stored. */
  function readAndSeal(
    id: string,
    input: CredentialInput,
    place: { accessMode: AccessMode; location: AzureLocation },
  ) {
    if (isShared(input)) requireStorageOfAzure(place.location.endpoint, guard);
    const { shown, secret } = readCredential(input, { ...place, offers, now: clock.now() });
    return { credential: shown, credential_sealed: secrets.seal(JSON.stringify(secret), id) };
  }

  return {
    /**
     * Stores a new connection, as a draft: its checks have not run.
     * @param by name of the member or token
     * @throws MooringError `invalid_location`, `invalid_request` or one of `sas_…`, with the field
     */
    async create(
      workspaceId: string,
      input: ConnectionCreate,
      by: string | null = null,
    ): Promise<Connection> {
      requireStorable({ name: input.name });
      const accessMode = input.accessMode ?? 'server';
      const location = readLocation(input.location, guard);
      const now = clock.now();
      const id = newId('connection', now.getTime());
      const { credential, credential_sealed } = readAndSeal(id, input.credential, { accessMode, location });
      await db.transaction().execute(async trx => {
        await trx
          .insertInto('connections')
          .values({
            workspace_id: workspaceId,
            id,
            name: input.name,
            provider: input.provider ?? 'azure',
            access_mode: accessMode,
            location: JSON.stringify(location),
            credential: JSON.stringify(credential),
            credential_sealed,
            status: 'draft',
            rendition_prefix: input.renditionPrefix ?? null,
            revision: 1,
            created_at: now,
            updated_at: now,
          })
          .execute();
        const detail = `${location.account}/${location.container}/${location.prefix} with ${credentialWords(credential)}.`;
        const ids = { workspaceId, connectionId: id };
        await recordEvent(trx, ids, { kind: 'created', status: 'draft', detail, by, at: now });
      });
      return show(await mustFind(workspaceId, id));
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
     * Renames it, or says where renditions may be written.
     * @param ifRevision the revision that the change was made for; undefined for any
     * @param by name of the member or token
     * @throws MooringError `not_found`, `stale_revision`, `invalid_request`
     */
    async update(
      workspaceId: string,
      connectionId: string,
      input: ConnectionUpdate,
      { ifRevision, by = null }: { ifRevision?: number | undefined; by?: string | null } = {},
    ): Promise<Connection> {
      requireStorable({ name: input.name });
      const updated = await db.transaction().execute(async trx => {
        const row = await lock(trx, workspaceId, connectionId);
        if (ifRevision !== undefined && ifRevision !== row.revision) throw stale(row, ifRevision);
        const { name, renditionPrefix } = input;
        if (name === undefined && renditionPrefix === undefined) return row;
        const at = clock.now();
        await trx
          .updateTable('connections')
          .set({
            ...(name !== undefined && { name }),
            ...(renditionPrefix !== undefined && { rendition_prefix: renditionPrefix }),
            revision: row.revision + 1,
            updated_at: at,
          })
          .where('workspace_id', '=', workspaceId)
          .where('id', '=', connectionId)
          .execute();
        if (name !== undefined && name !== row.name) {
          const [status, detail] = [row.status as ConnectionStatus, `From “${row.name}” to “${name}”.`];
          await recordEvent(trx, { workspaceId, connectionId }, { kind: 'renamed', status, detail, by, at });
        }
        return lock(trx, workspaceId, connectionId);
      });
      return show(updated);
    },

    /**
     * Replaces its credential, by one of another kind too, after trying the new one; links an unlinked one again.
     * @throws MooringError `not_found`, and what `create` throws of a credential; `credential_grants_less`; `conflict`
     * where it was replaced meanwhile; the signal's reason
     */
    async replaceCredential(
      workspaceId: string,
      connectionId: string,
      input: CredentialInput,
      options: ReplaceOptions,
    ): Promise<Connection> {
      const row = await mustFind(workspaceId, connectionId);
      const place = { accessMode: row.access_mode as AccessMode, location: row.location as AzureLocation };
      const unproven = { ownership_proven_at: null, ownership_proven_by: null, ownership_of: null };
      const candidate = { ...row, ...unproven, ...readAndSeal(connectionId, input, place) };
      await replace(row, candidate, options);
      return show(await mustFind(workspaceId, connectionId));
    },

    /**
     * Stops every use of it at once and forgets its credential; its assets stay.
     * @param by name of the member or token
     * @throws MooringError `not_found`
     */
    async unlink(
      workspaceId: string,
      connectionId: string,
      by: string | null = null,
    ): Promise<{ connection: Connection; cancelledOperationIds: string[]; revoke: Fix }> {
      const before = show(await mustFind(workspaceId, connectionId));
      const cancelledOperationIds = await unlink({ workspaceId, connectionId }, by);
      const connection = show(await mustFind(workspaceId, connectionId));
      return { connection, cancelledOperationIds, revoke: howToRevoke(before) };
    },

    /** What happened to it, newest first. @throws MooringError `not_found`, `invalid_request` for a bad cursor */
    async listEvents(
      workspaceId: string,
      connectionId: string,
      page: { cursor?: string | undefined; limit: number },
    ): Promise<Page<ConnectionEvent>> {
      await mustFind(workspaceId, connectionId);
      return listEvents(db, { workspaceId, connectionId }, page);
    },

    /**
     * Checks again what it is time for.
     * @param publicOrigin where browsers load from, where the operator has said so
     */
    recheckDue: (publicOrigin: string | null, signal: AbortSignal): Promise<void> =>
      createRechecks({
        ...{ db, clock, log, publicOrigin },
        check: ({ workspaceId, connectionId }, options) =>
          checks.run(workspaceId, connectionId, { ...options, background: true, onCheck() {} }),
      })(signal),

    /** Tells of credentials that end soon. */
    noticeExpiries,

    /**
     * Ends all use of it at once, then has its sources and assets removed, or its assets made tombstones. Asked again,
     * it answers with the same operation, or with a new one where that came to nothing.
     * @throws MooringError `not_found`
     */
    async remove(
      workspaceId: string,
      connectionId: string,
      { assets = 'remove' }: { assets?: AssetsAfterDelete } = {},
    ): Promise<Operation> {
      const operation = await remove(workspaceId, connectionId, assets);
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

    /** The latest results; none of an unlinked one. @throws MooringError `not_found` */
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

    /** What this installation offers to sign in with. */
    describeOffers: () => describeOffers(offers, log),

    /** Closes every provider. */
    async close(): Promise<void> {
      unhear();
      await cache.close();
    },
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
