import type { Asset, MediaReport, MediaReportResult, Operation, ProbeRequest } from '@mooring/contract';
import type { Prober } from '@mooring/probe/node';
import type { Clock } from '@mooring/storage/server';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Db } from '../catalogue/db.ts';
import { type LearnedMedia, writeMedia } from '../catalogue/media.ts';
import { lockSource } from '../catalogue/source-lock.ts';
import type { Connections } from '../connections/connections.ts';
import { createGate } from '../listing/gate.ts';
import { systemRetry } from '../listing/retry.ts';
import type { Operations } from '../operations/operations.ts';
import { MooringError } from '../platform/problem.ts';
import { known, learn } from './learn.ts';

export interface MediaDependencies {
  db: Db;
  catalogue: Catalogue;
  connections: Connections;
  operations: Operations;
  prober: Prober;
  clock: Clock;
}

/** What assets are by their content, as people ask for it. */
export function createMedia({ db, catalogue, connections, operations, prober, clock }: MediaDependencies) {
  const write = (workspaceId: string, sourceId: string, learned: readonly LearnedMedia[]) =>
    db.transaction().execute(async trx => {
      const source = await lockSource(trx, workspaceId, sourceId);
      return writeMedia(trx, source, learned, clock.now());
    });

  return {
    /**
     * Starts a probe of a source.
     * @throws MooringError `not_found`; `conflict` where one goes on, or where the connection is `client-only`
     */
    async probeSource(workspaceId: string, sourceId: string, options: ProbeRequest): Promise<Operation> {
      const source = await catalogue.getSource(workspaceId, sourceId);
      const { accessMode } = await connections.get(workspaceId, source.connectionId);
      if (accessMode === 'client-only') throw clientOnly();
      const subject = { type: 'source', id: source.id } as const;
      return operations.start(workspaceId, { kind: 'probe', subject, unit: 'assets', options });
    },

    /**
     * Probes one asset now.
     * @throws MooringError `not_found`; `conflict` where it is gone, or the connection is `client-only`;
     * ProviderError where the storage refuses, such as for an archived object
     */
    async probeAsset(workspaceId: string, assetId: string, signal: AbortSignal): Promise<Asset> {
      const asset = await catalogue.getAsset(workspaceId, assetId);
      if (asset.status === 'gone') throw notThere(asset);
      const { container } = await catalogue.getSource(workspaceId, asset.sourceId);
      const { provider } = await connections.open(workspaceId, asset.connectionId);
      if (!provider.reader) throw clientOnly();
      const reading = { reader: provider.reader, container, gate: createGate(), retry: systemRetry };
      const learned = await learn(prober, reading, asset, signal);
      if (learned.refusal) throw learned.refusal;
      await write(workspaceId, asset.sourceId, [learned]);
      return catalogue.getAsset(workspaceId, assetId);
    },

    /** Writes what another program has learned. Assets that have changed meanwhile are refused, one by one. */
    async report(workspaceId: string, { items }: MediaReport): Promise<MediaReportResult> {
      const assetIds = items.map(item => item.assetId);
      const there = new Map(
        (await catalogue.getAssets(workspaceId, assetIds)).map(({ id, sourceId }) => [id, sourceId]),
      );
      const bySource = Map.groupBy(
        items.filter(({ assetId }) => there.has(assetId)),
        ({ assetId }) => there.get(assetId)!,
      );
      const written = new Set<string>();
      for (const [sourceId, reported] of bySource) {
        const learned = reported.map(({ assetId, etag, facts, warnings = [], problem = null }) => ({
          ...{ assetId, etag, facts: facts && known(facts), warnings, problem },
        }));
        for (const assetId of await write(workspaceId, sourceId, learned)) written.add(assetId);
      }
      const refused = items
        .filter(({ assetId }) => !written.has(assetId))
        .map(({ assetId }) => ({
          assetId,
          reason: there.has(assetId) ? ('changed' as const) : ('not_found' as const),
        }));
      return { written: written.size, refused };
    },
  };
}
export type Media = ReturnType<typeof createMedia>;

const clientOnly = () =>
  new MooringError('conflict', 'The connection is client-only: the server reads none of its data.', {
    fix: 'Run mooring probe --here where the data may be read, or send the facts with POST /v1/assets/media.',
  });

const notThere = ({ id, key }: Asset) =>
  new MooringError('conflict', `The object of ${id} (${key}) has gone.`, {
    fix: 'Sync the source. Probe the asset again once its object is back.',
  });
