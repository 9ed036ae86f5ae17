import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { type Role, signInCode, type TokenScope } from '@mooring/contract';
import { createProber } from '@mooring/probe/node';
import { createMemoryProvider, createMemoryStorage } from '@mooring/storage/memory';
import type { Provider, Reader } from '@mooring/storage/server';
import { createGuard, systemClock } from '@mooring/storage/server';
import { createAccess } from '../access/access.ts';
import { createAudit } from '../audit/audit.ts';
import { createCatalogue } from '../catalogue/catalogue.ts';
import type { Schema } from '../catalogue/schema.ts';
import { createConnections } from '../connections/connections.ts';
import { NO_OFFERS } from '../connections/testing.ts';
import { createConnectors } from '../connectors/connectors.ts';
import { createDatasets } from '../curation/datasets.ts';
import { createDelivery } from '../delivery/delivery.ts';
import { createIssuedUrls } from '../delivery/issued-urls.ts';
import { createExports } from '../exports/exports.ts';
import { STORAGE_KINDS } from '../kinds.ts';
import { openProcess } from '../operations/testing-process.ts';
import { DEFAULT_LIMITS, type Limits } from '../platform/config-limits.ts';
import { createTestDatabase, testServers } from '../platform/database/testing.ts';
import { newId } from '../platform/ids.ts';
import { openKinds } from '../platform/kinds.ts';
import { createLogger } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createSecretBox, newSecretKey, type SecretKeys } from '../platform/secrets.ts';
import { createMedia } from '../probe/media.ts';
import { createRegistrations } from '../registration/registrations.ts';
import { createFeeds } from '../sync/changes/feeds.ts';
import { openThumbnails } from '../thumbnails/open.ts';
import { createWebhooks } from '../webhooks/webhooks.ts';
import { createHttpServer } from './server.ts';
import type { HttpOptions, Services } from './services.ts';

/** What a request for a new connection holds; its location need not exist. */
export const CONNECTION = {
  name: 'Acme',
  location: { account: 'acme', container: 'images' },
  credential: {
    kind: 'azure-app',
    tenantId: '11111111-2222-4333-8444-555555555555',
    clientId: '66666666-7777-4888-9999-000000000000',
    clientSecret: 'not-a-real-secret-but-secret-all-the-same',
  },
} as const;

/**
 * A server that listens, on a database of its own. Everything is real but the storage: every connection opens the
 * same memory storage.
 * @param reader reads in the storage's place
 * @param signs whether URLs lead to the storage; by default they lead to the relay
 * @param replace puts other services in their place
 */
export async function startTestServer({
  options = {},
  limits: given = {},
  reader,
  signs = false,
  replace = () => ({}),
}: {
  options?: Partial<HttpOptions>;
  limits?: Partial<Limits>;
  reader?: Reader;
  signs?: boolean;
  replace?: (services: Services) => Partial<Services>;
} = {}) {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const database = await createTestDatabase<Schema>(testServers[0]!);
  const process = await openProcess(database.poolConfig);
  const { db, operations, session } = process;
  const clock = systemClock;
  const draining = new AbortController();
  const lines: string[] = [];
  const log = createLogger({ level: 'debug', destination: { write: line => lines.push(line) } });
  const ring: { keys: SecretKeys } = { keys: [newSecretKey()] };
  const secrets = createSecretBox(ring);
  const relayKey = randomBytes(32);
  const guard = createGuard({ allowPrivate: false });
  const toolGuard = createGuard({ allowPrivate: ['127.0.0.0/8'] });
  const kinds = await openKinds(STORAGE_KINDS, {
    config: NO_OFFERS,
    ...{ guard, signInGuard: guard, clock },
    note: (error, message) => log.warn({ err: error }, message),
  });
  const connections = createConnections({
    ownershipKeys: [randomBytes(32)],
    ...{ db, secrets, ring, clock, operations, session, guard, kinds, log },
    checkTimeoutSeconds: 3600,
  });
  const catalogue = createCatalogue({ db, clock });
  const storage = createMemoryStorage();
  const memory = createMemoryProvider({ storage });
  const provider: Provider = { ...memory, reader: reader ?? memory.reader, ...(!signs && { signer: null }) };
  const opened = {
    open: async (workspaceId: string, id: string) => ({
      ...(await connections.get(workspaceId, id)),
      provider,
    }),
  };
  const access = createAccess({ db, clock, kinds });
  const audit = createAudit({ db, clock });
  const delivery = createDelivery({
    catalogue,
    connections: opened,
    clock,
    issued: createIssuedUrls({ db, clock }),
    reads: audit.reads,
    requireLink: access.requireLink,
    relayKeys: () => [relayKey],
    signWindowSeconds: 900,
    limits,
  });
  const feeds = createFeeds({
    db,
    kinds,
    clock,
    connections: { open: async () => ({ provider }) },
  });
  const prober = createProber();
  const media = createMedia({ db, catalogue, connections, operations, prober, clock });
  const thumbnails = openThumbnails(
    { dataDir: tmpdir(), thumbnailCacheMegabytes: 0, thumbnailCacheDays: 1, ffmpeg: null },
    { catalogue, connections: opened },
    log,
  );
  const webhooks = createWebhooks({ db, secrets, guard, clock });
  const registrations = createRegistrations({ db, secrets, clock, operations, mostMegabytes: 1 });
  const datasets = createDatasets({ db, clock, catalogue, operations });
  const services: Services = {
    ...{
      access,
      audit,
      catalogue,
      connections,
      operations,
      datasets,
      connectors: createConnectors({
        ...{ db, clock, catalogue, operations, links: access, secrets, guard: toolGuard },
      }),
      delivery,
      exports: createExports({ db, pool: process.pool, datasets, delivery }),
      feeds,
      media,
      registrations,
      thumbnails,
      webhooks,
      oidc: null,
      db,
      healthDb: db,
      metrics: createMetrics({ version: '1.2.3', pool: process.pool }),
      draining: draining.signal,
      kinds,
      secrets,
      clock,
      log,
    },
    version: '1.2.3',
  };
  Object.assign(services, replace(services));
  const app = await createHttpServer(services, {
    ...{ publicUrl: null, webDir: null, corsOrigins: [], trustedProxies: [], plainHttp: false, limits },
    ...options,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

  const newCode = async () => signInCode((await access.ensureFirstRun(url))!.url)!;
  const first = await access.signIn(await newCode(), 'test');
  const { workspaceId } = first.caller;
  /** Of a service token. */
  const newToken = async (role: Role, { readOnly = false, scope = null as TokenScope | null } = {}) =>
    (
      await access.createToken(
        { workspaceId, memberId: null, tokenId: null },
        { name: `a token of ${role}`, role, readOnly, scope, expiresInSeconds: 3600 },
      )
    ).secret;
  const admin = await newToken('administrator');
  let added = 0;

  return {
    ...{ app, url, services, storage, process, workspaceId, newToken, admin, lines },
    /** The value of the session cookie of an administrator. */
    session: first.secret,
    /** It is about to stop. */
    drain: () => draining.abort(),
    newSignInLink: () => access.createSignInLink({ workspaceId, memberId: null, tokenId: null }, url),

    /** Sends a request with the administrator's token, unless `token` is another or null. */
    send(path: string, { token = admin, body, ...init }: SendInit = {}): Promise<Response> {
      const headers = new Headers(init.headers);
      if (token !== null) headers.set('authorization', `Bearer ${token}`);
      if (body !== undefined) headers.set('content-type', 'application/json');
      const payload = body === undefined ? null : JSON.stringify(body);
      return fetch(url + path, { ...init, headers, body: payload, redirect: 'manual' });
    },

    /** A connection with a source. */
    async connect(): Promise<{ connectionId: string; sourceId: string }> {
      const { id: connectionId } = await connections.create(workspaceId, CONNECTION);
      const source = await catalogue.createSource(workspaceId, { connectionId, container: 'data' });
      return { connectionId, sourceId: source.id };
    },

    /** An object in the storage and the asset that stands for it; returns the asset's id. */
    async add(
      { connectionId, sourceId }: { connectionId: string; sourceId: string },
      key: string,
      body: Buffer | string,
      contentType = 'text/plain',
    ): Promise<string> {
      const object = storage.put(key, body, { contentType });
      const { folderId } = await catalogue.getSource(workspaceId, sourceId);
      const id = newId('asset');
      const number = added++;
      const now = clock.now();
      await db
        .insertInto('assets')
        .values({
          workspace_id: workspaceId,
          id,
          connection_id: connectionId,
          source_id: sourceId,
          folder_id: folderId,
          key,
          kind: 'other',
          content_type: contentType,
          size_bytes: object.sizeBytes,
          etag: object.etag,
          tier: object.tier,
          archive_state: object.archiveState,
          last_modified: now,
          number,
          created_at: now,
          updated_at: now,
        })
        .execute();
      return id;
    },

    /** The relay address of an asset. */
    async sign(assetId: string): Promise<string> {
      const { caller } = first;
      const by = { caller: { ...caller, via: 'session', sessionId: null }, address: null } as const;
      const { items } = await delivery.sign(workspaceId, { assetIds: [assetId], baseUrl: url, by });
      return items[0]!.url;
    },

    async stop(): Promise<void> {
      await app.close();
      await prober.close();
      await connections.close();
      await toolGuard.close();
      await process.close();
      await database.drop();
    },
  };
}
export type TestHttpServer = Awaited<ReturnType<typeof startTestServer>>;

interface SendInit {
  method?: string;
  headers?: Record<string, string>;
  token?: string | null;
  body?: unknown;
  signal?: AbortSignal;
}
