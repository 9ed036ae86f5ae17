import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { extname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { OperationKind, SignInLink } from '@mooring/contract';
import { readManifest } from '@mooring/manifest';
import { systemClock as clock, createGuard } from '@mooring/storage/server';
import type { Pool } from 'pg';
import { createAccess } from './access/access.ts';
import { createLinks } from './access/links.ts';
import type { OidcProvider } from './access/oidc/provider.ts';
import { createAudit } from './audit/audit.ts';
import { buildBitmaps } from './catalogue/build-bitmaps.ts';
import type { Db } from './catalogue/db.ts';
import { judgeSources } from './catalogue/judge-sources.ts';
import { settleQuotas } from './catalogue/quota.ts';
import type { Schema } from './catalogue/schema.ts';
import { createConnectors } from './connectors/connectors.ts';
import { startDuePushes } from './connectors/due-pushes.ts';
import { createPushHandler } from './connectors/push-operation.ts';
import { createDatasets } from './curation/datasets.ts';
import { createEditHandler } from './curation/edit-operation.ts';
import { removeDatasets } from './curation/remove-datasets.ts';
import { createVersionHandler } from './curation/version-operation.ts';
import { createDelivery } from './delivery/delivery.ts';
import { createIssuedUrls } from './delivery/issued-urls.ts';
import { createExports } from './exports/exports.ts';
import { startMetricsServer } from './http/metrics-server.ts';
import { installationFigures } from './installation/figures.ts';
import { openInstallation } from './installation/open.ts';
import { createPageMemory } from './listing/page-memory.ts';
import { DROP_FORMER_QUEUE, dropFormerQueue } from './operations/former-queue.ts';
import type { OperationHandler } from './operations/handler.ts';
import { startSchedule } from './operations/scheduled-tasks.ts';
import { startWorker } from './operations/worker.ts';
import { Cleanup } from './platform/cleanup.ts';
import type { Config } from './platform/config.ts';
import { createDb, createPool } from './platform/database/pool.ts';
import type { Logger } from './platform/log.ts';
import { createMetrics, type Metrics } from './platform/metrics.ts';
import { MooringError } from './platform/problem.ts';
import { deriveKeys } from './platform/secrets.ts';
import { startDueProbes } from './probe/due-probes.ts';
import { createMedia } from './probe/media.ts';
import { createProbeHandler } from './probe/probe-operation.ts';
import type { Running } from './processes/lifetime.ts';
import { supervise } from './processes/supervise.ts';
import { createRecheckHandler } from './registration/recheck-operation.ts';
import { createRegisterHandler } from './registration/register-operation.ts';
import { createRegistrations } from './registration/registrations.ts';
import { createSyncAssistance } from './sync/assist-sync.ts';
import { startChangeConsumer } from './sync/changes/consume.ts';
import { createFeeds } from './sync/changes/feeds.ts';
import { pruneChangeMarks } from './sync/changes/inbox.ts';
import { startDueSyncs } from './sync/due-syncs.ts';
import { createInventoryHandler } from './sync/inventory/inventory.ts';
import { createRemoveConnectionHandler } from './sync/remove-connection.ts';
import { createRemoveSourceHandler } from './sync/remove-source.ts';
import { createSyncHandler } from './sync/sync-operation.ts';
import { openThumbnails } from './thumbnails/open.ts';
import { startWebhookSender } from './webhooks/sender.ts';
import { createWebhooks } from './webhooks/webhooks.ts';

export {
  createSignInLink,
  exportTo,
  importFrom,
  migrate,
  rotateSecretKey,
} from './installation/commands.ts';
export { ConfigError, describeConfig, loadConfig } from './platform/config.ts';
export { createLogger } from './platform/log.ts';
export { logCrashes, stopWhenAsked } from './processes/lifetime.ts';

const MEGABYTE = 1024 * 1024;
/** Two, because one may be waiting for an answer that never comes. */
const HEALTH_CONNECTIONS = 2;
/** Where the web app of the repository is built into. */
const WEB_APP = fileURLToPath(new URL('../../web/dist', import.meta.url));
const WORKER_PROCESS = new URL(`./worker-process${extname(import.meta.url)}`, import.meta.url);

export interface Serving extends Running {
  /** Where this server answers, without a trailing slash. */
  url: string;
  /** The administrator's link. Null after the first sign-in. */
  signInLink: SignInLink | null;
}

/**
 * Runs a server, with `localWorkers` worker processes beside it.
 * @throws MooringError `unavailable` where the database cannot be used or the address cannot be listened on
 */
export async function serve(config: Config, log: Logger): Promise<Serving> {
  await using cleanup = new Cleanup();
  const { queryTimeoutSeconds } = config;
  const installation = cleanup.use(await openInstallation(config, log, { queryTimeoutSeconds }));
  const { db, poolConfig, ring, kinds, connections, catalogue } = installation;
  const healthPool = createPool(poolConfig, { max: HEALTH_CONNECTIONS, queryTimeoutSeconds });
  cleanup.defer(() => healthPool.end());
  const access = createAccess({ db, clock, kinds });
  const audit = createAudit({ db, clock });
  const feeds = createFeeds({ db, connections, kinds, clock });
  const datasets = createDatasets({ ...installation, clock });
  const media = createMedia({ ...installation, clock });
  const delivery = createDelivery({
    catalogue,
    connections,
    clock,
    issued: createIssuedUrls({ db, clock }),
    reads: audit.reads,
    requireLink: access.requireLink,
    relayKeys: () => deriveKeys(ring, 'relay'),
    signWindowSeconds: config.signWindowSeconds,
    limits: config,
  });
  const thumbnails = openThumbnails(config, installation, log);
  cleanup.defer(() => thumbnails.close());
  const mostMegabytes = config.registrationMaxMb;
  const registrations = createRegistrations({ ...installation, clock, mostMegabytes });
  const webhooks = createWebhooks({ ...installation, guard: installation.webhookGuard, clock });
  const oidc = await openOidc(config, cleanup);
  const metrics = await openMetrics(config, installation, log, cleanup);
  const draining = new AbortController();
  const { createHttpServer } = await import('./http/server.ts'); // which workers do without
  const app = await createHttpServer(
    {
      ...installation,
      healthDb: createDb<Schema>(healthPool),
      access,
      audit,
      datasets,
      connectors: createConnectors({
        ...installation,
        ...{ clock, links: access, guard: installation.toolGuard },
      }),
      delivery,
      exports: createExports({ ...installation, datasets, delivery }),
      feeds,
      media,
      registrations,
      thumbnails,
      webhooks,
      oidc,
      metrics,
      draining: draining.signal,
      clock,
      log,
      version: await productVersion(),
    },
    {
      publicUrl: config.publicUrl,
      webDir: findWebApp(config.webDir),
      corsOrigins: config.corsOrigins,
      trustedProxies: config.trustedProxies,
      plainHttp: installation.guard.allowPrivate,
      limits: config,
    },
  );
  cleanup.defer(() => app.close());
  await app.listen({ host: config.host, port: config.port }).catch(error => {
    throw cannotListen(config, error);
  });
  const { port } = app.server.address() as AddressInfo;
  const url = config.publicUrl ?? localUrl(config.host, port);
  const signInLink = await access.ensureFirstRun(url);
  const message = { ...config, metricsPort: null }; // the port is this process's
  const workers = supervise({ count: config.localWorkers, entry: WORKER_PROCESS, message, log });
  cleanup.defer(() => Promise.all([workers.stop(), app.close()]));
  log.info({ url, workers: config.localWorkers }, 'serving');
  const resources = cleanup.move();
  return {
    url,
    signInLink,
    async drain(hurry) {
      const { drainSeconds } = config;
      if (drainSeconds > 0) log.info({ drainSeconds }, 'still answering, so that load balancers notice');
      draining.abort();
      const grace = pause(drainSeconds * 1000, undefined, { signal: hurry }).catch(() => {}); // in a hurry
      await Promise.all([workers.stop(), grace]);
    },
    stop: () => resources.disposeAsync(),
  };
}

/** Runs a worker: takes up operations until it is stopped. Throws as `serve` does. */
export async function work(config: Config, log: Logger): Promise<Running> {
  await using cleanup = new Cleanup();
  const installation = cleanup.use(await openInstallation(config, log));
  const { db, kinds, catalogue, connections } = installation;
  await openMetrics(config, installation, log, cleanup);
  const memory = createPageMemory({
    most: config.listingMemoryMb * MEGABYTE,
    mostPerWorkspace: config.listingMemoryPerWorkspaceMb * MEGABYTE,
  });
  const handlers: { [K in OperationKind]: OperationHandler<K> } = {
    sync: createSyncHandler({ ...installation, clock, log, memory }),
    inventory: createInventoryHandler({ db, catalogue, connections, kinds, clock, limits: config }),
    probe: createProbeHandler({ ...installation, clock }),
    register: createRegisterHandler({
      ...installation,
      ...{ read: readManifest, clock, mostSources: config.sourcesPerWorkspace },
    }),
    recheck: createRecheckHandler({ ...installation, clock }),
    'edit-assets': createEditHandler({ db }),
    'dataset-version': createVersionHandler({ db, clock }),
    push: createPushHandler({
      ...installation,
      ...{
        clock,
        links: createLinks({ db, clock }),
        guard: installation.toolGuard,
        publicUrl: config.publicUrl,
      },
    }),
    'remove-source': createRemoveSourceHandler({ db }),
    'remove-connection': createRemoveConnectionHandler({ db }),
  };
  const worker = startWorker({
    ...installation,
    handlers: Object.values(handlers),
    assistances: [createSyncAssistance({ ...installation, clock, log, memory })],
    clock,
    log,
    workerId: `${hostname()}-${process.pid}`,
  });
  cleanup.defer(() => worker.stop());
  const consumer = startChangeConsumer({ ...installation, clock, log });
  cleanup.defer(() => consumer.stop());
  const guard = installation.webhookGuard;
  const sender = startWebhookSender({ ...installation, guard, clock, log });
  cleanup.defer(() => sender.stop());
  const webhooks = createWebhooks({ ...installation, guard, clock });
  const mostMegabytes = config.registrationMaxMb;
  const registrations = createRegistrations({ ...installation, clock, mostMegabytes });
  const issuedUrls = createIssuedUrls({ db, clock });
  const audit = createAudit({ db, clock });
  const publicOrigin = config.publicUrl && new URL(config.publicUrl).origin;
  const schedule = startSchedule({
    ...installation,
    log,
    tasks: [
      {
        name: 'start due syncs',
        everySeconds: 5,
        run: async () => void (await startDueSyncs({ ...installation, clock })),
      },
      {
        name: 'start due pushes',
        everySeconds: 5,
        run: () => startDuePushes({ ...installation, clock }),
      },
      {
        name: 'start due probes',
        everySeconds: 2,
        run: async () => void (await startDueProbes(installation)),
      },
      {
        name: 'check connections again',
        everySeconds: 5,
        run: signal => connections.recheckDue(publicOrigin, signal),
      },
      { name: 'judge assets', everySeconds: 2, run: signal => judgeSources(db, signal) },
      { name: 'build bitmaps', everySeconds: 2, run: signal => buildBitmaps(db, signal) },
      { name: 'settle quotas', everySeconds: 5, run: signal => settleQuotas(db, signal) },
      { name: 'notice expiries', everySeconds: 600, run: connections.noticeExpiries },
      { name: 'remove datasets', everySeconds: 30, run: signal => removeDatasets(db, signal) },
      { name: 'prune registrations', everySeconds: 30, run: registrations.prune },
      { name: 'prune issued URLs', everySeconds: 60, run: issuedUrls.prune },
      { name: 'prune change marks', everySeconds: 3600, run: () => pruneChangeMarks(db, clock.now()) },
      { name: 'settle audit', everySeconds: 300, run: audit.settle },
      { name: 'prune audit', everySeconds: 86_400, run: audit.prune },
      { name: 'prune webhook deliveries', everySeconds: 3600, run: webhooks.prune },
      { name: DROP_FORMER_QUEUE, everySeconds: 86_400, run: () => dropFormerQueue(db) },
    ],
  });
  cleanup.defer(() => schedule.stop());
  log.info('waiting for operations');
  const resources = cleanup.move();
  return { stop: () => resources.disposeAsync() };
}

/**
 * The OpenID provider; null where none is set. Its address is the operator's own, so it may be a private one, as that of
 * the service that keeps the keys.
 */
async function openOidc(config: Config, cleanup: Cleanup): Promise<OidcProvider | null> {
  const { oidcIssuer, oidcClientId, httpsProxy } = config;
  if (oidcIssuer === null || oidcClientId === null) return null;
  const { createOidcProvider } = await import('./access/oidc/provider.ts'); // which few installations need
  const guard = createGuard({ purpose: 'sign-in', allowPrivate: true, httpsProxy });
  cleanup.defer(() => guard.close());
  return createOidcProvider({ ...config, oidcIssuer, oidcClientId }, { guard });
}

/** Counts, and tells at a port of their own if that is set; else nothing is counted. */
async function openMetrics(
  { host, metricsPort: port }: Config,
  { db, pool }: { db: Db; pool: Pool },
  log: Logger,
  cleanup: Cleanup,
): Promise<Pick<Metrics, 'countRequest'>> {
  if (port === null) return { countRequest: () => {} };
  const metrics = createMetrics({ version: await productVersion(), pool });
  for (const figure of installationFigures(db)) metrics.add(figure);
  const server = await startMetricsServer(metrics, { host, port, log });
  cleanup.defer(() => server.stop());
  return metrics;
}

/** The directory of the web app: the one that is set, else the repository's; null where that is not built. */
function findWebApp(webDir: string | null): string | null {
  const directory = webDir ?? WEB_APP;
  if (existsSync(join(directory, 'index.html'))) return directory;
  if (webDir === null) return null;
  throw new MooringError('unavailable', `There is no web app in ${webDir}: it has no index.html.`, {
    fix: 'Build the web app, or leave MOORING_WEB_DIR out to serve the API alone.',
  });
}

/** An address for people on this machine; one that stands for all of them cannot be opened everywhere. */
function localUrl(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function cannotListen({ host, port }: Config, cause: NodeJS.ErrnoException): MooringError {
  const seen = cause.code === 'EADDRINUSE' ? 'something else listens there' : cause.message;
  return new MooringError('unavailable', `Mooring cannot listen on ${host}, port ${port}: ${seen}.`, {
    fix: 'Choose another port with MOORING_PORT (0 lets the system choose), or another address with MOORING_HOST.',
    cause,
  });
}

async function productVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
