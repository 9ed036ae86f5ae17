import { randomBytes } from 'node:crypto';
import type { Asset, Source } from '@mooring/contract';
import { createMemoryProvider, createMemoryStorage } from '@mooring/storage/memory';
import type { Provider } from '@mooring/storage/server';
import type { Read } from '../audit/reads.ts';
import { DEFAULT_LIMITS } from '../platform/config-limits.ts';
import { newId } from '../platform/ids.ts';
import { notFound } from '../platform/problem.ts';
import { createDelivery } from './delivery.ts';
import type { IssuedUrl } from './issued-urls.ts';
import type { RelayLimits } from './relay-slots.ts';

/** Delivery over a memory storage, with what it needs of a catalogue and of connections held in memory. */
export function createDeliveryBench(limits: Partial<RelayLimits> = {}) {
  let now = new Date('2026-11-22T10:00:00.000Z');
  const clock = { now: () => now };
  const storage = createMemoryStorage({ clock });
  const workspaceId = newId('workspace');
  const assets = new Map<string, Asset>();
  const sources = new Map<string, Source>();
  const providers = new Map<string, Provider>();

  const catalogue = {
    getAssets: async (workspace: string, ids: readonly string[]): Promise<Asset[]> =>
      workspace === workspaceId ? ids.flatMap(id => assets.get(id) ?? []) : [],
    getSource: async (_workspace: string, id: string): Promise<Source> => sources.get(id)!,
    noteArchived: async (_workspace: string, { id }: Asset): Promise<void> =>
      void assets.set(id, { ...assets.get(id)!, archiveState: 'archived' }),
  };
  const connections = {
    open: async (_workspace: string, id: string): Promise<{ provider: Provider }> => {
      const provider = providers.get(id);
      if (!provider) throw notFound('connection', id);
      return { provider };
    },
  };
  const recorded: IssuedUrl[] = [];
  const issued = {
    record: async (_workspace: string, urls: readonly IssuedUrl[]) => void recorded.push(...urls),
    list: async () => ({ count: 0, lastEndsAt: null, items: [] }),
    prune: async () => {},
  };
  const relayKey = randomBytes(32);
  const readsRecorded: Read[] = [];
  const reads = {
    isWanted: async () => true,
    record: async (_workspace: string, read: Read) => void readsRecorded.push(read),
  };
  const caller = { via: 'token', id: newId('token'), name: 'a token', sessionId: null } as const;
  const deps = {
    catalogue,
    connections,
    clock,
    issued,
    reads,
    relayKeys: (): [Buffer] => [relayKey],
    signWindowSeconds: 900,
    requireLink: async () => {},
  };
  const delivery = createDelivery({ ...deps, limits: { ...DEFAULT_LIMITS, ...limits } });

  return {
    workspaceId,
    storage,
    assets,
    providers,
    delivery,
    /** What delivery is made of. */
    parts: { catalogue, connections, reads },
    /** What was written down as handed out. */
    recorded,
    /** What was written into the audit. */
    readsRecorded,
    by: { caller, address: '192.0.2.1' },
    later(ms: number): void {
      now = new Date(now.getTime() + ms);
    },

    /** A connection with one source. Relayed unless `parts` says otherwise: its signer is taken away. */
    connect(parts: Partial<Provider> = { signer: null }): { connectionId: string; sourceId: string } {
      const [connectionId, sourceId] = [newId('connection'), newId('source')];
      providers.set(connectionId, { ...createMemoryProvider({ storage }), ...parts });
      const createdAt = now.toISOString();
      const counts = { assetCount: 0, goneCount: 0, lastSyncedAt: null, lastOperationId: null };
      const rules = {
        filters: { include: [], exclude: [] },
        maxRemovedShare: 0.5,
        schedule: null,
        syncHeld: null,
        probes: true,
        profile: 'none',
        registeredAs: null,
        judging: false,
        revision: 1,
      };
      const place = { container: 'data', prefix: '', folderId: newId('folder') };
      sources.set(sourceId, { id: sourceId, connectionId, ...place, ...counts, ...rules, createdAt });
      return { connectionId, sourceId };
    },

    /** An object and the asset that stands for it. */
    add(
      place: { connectionId: string; sourceId: string },
      key: string,
      body: Buffer | string = '',
      facts: Partial<Asset> = {},
    ): Asset {
      const object = storage.put(key, body, { contentType: facts.contentType ?? 'text/plain' });
      const time = object.lastModified.toISOString();
      const asset: Asset = {
        id: newId('asset'),
        ...place,
        folderId: newId('folder'),
        goneReason: null,
        archiveState: 'readable',
        tags: [],
        title: null,
        clientMetadata: null,
        failedRules: [],
        overQuota: false,
        media: null,
        key,
        name: key.split('/').at(-1)!,
        kind: 'other',
        contentType: object.contentType,
        sizeBytes: object.sizeBytes,
        etag: object.etag,
        tier: object.tier,
        lastModified: time,
        status: 'present',
        goneAt: null,
        createdAt: time,
        updatedAt: time,
        ...facts,
      };
      assets.set(asset.id, asset);
      return asset;
    },
  };
}
export type DeliveryBench = ReturnType<typeof createDeliveryBench>;
