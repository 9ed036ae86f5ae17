import type { Asset, SignedUrl } from '@mooring/contract';
import type { Clock, SignOptions } from '@mooring/storage/server';
import { ProviderError, signEach } from '@mooring/storage/server';
import type { By } from '../audit/entry.ts';
import type { Reads } from '../audit/reads.ts';
import { MooringError } from '../platform/problem.ts';
import { storageProblem } from '../platform/storage-problem.ts';
import type { IssuedUrlLog } from './issued-urls.ts';
import type { DeliveryCatalogue, DeliveryConnections } from './place.ts';
import { refusal } from './refusal.ts';
import type { AssetGrant } from './relay-address.ts';
import { toldType, typeInstead } from './told-type.ts';
import { signWindow } from './window.ts';

/** What became of each asset of a batch, in the order asked. */
export interface Signed {
  items: SignedUrl[];
  refused: { assetId: string; error: MooringError }[];
}

export interface SignInput {
  assetIds: readonly string[];
  /** How long the URLs should work; the window of the installation by default. */
  expiresInSeconds?: number | undefined;
  /** What the URLs are for; GET by default. */
  method?: SignOptions['method'];
  /** Where this server is reached from outside, for relay addresses; without a trailing slash. */
  baseUrl: string;
  /** Who gets them. */
  by: By;
}

/** Makes short-lived URLs in batches: direct where the connection can sign, else addresses of the relay. */
export function createSigning(deps: {
  catalogue: DeliveryCatalogue;
  connections: DeliveryConnections;
  clock: Clock;
  signWindowSeconds: number;
  issueRelayToken: (grant: AssetGrant) => string;
  issued: Pick<IssuedUrlLog, 'record'>;
  reads: Pick<Reads, 'record'>;
}) {
  const { catalogue, connections, clock } = deps;

  /**
   * Nothing leaves before it is written down with its end.
   * @throws only what is not about an asset or its connection, e.g. a database that does not answer
   */
  async function sign(
    workspaceId: string,
    { assetIds, expiresInSeconds, method = 'GET', baseUrl, by }: SignInput,
  ): Promise<Signed> {
    const windowSeconds = expiresInSeconds ?? deps.signWindowSeconds;
    const wanted = [...new Set(assetIds)];
    const assets = new Map((await catalogue.getAssets(workspaceId, wanted)).map(asset => [asset.id, asset]));
    const outcomes = new Map<string, SignedUrl | MooringError>();
    const signable: Asset[] = [];
    for (const assetId of wanted) {
      const asset = assets.get(assetId);
      const error = refusal(assetId, asset);
      if (error) outcomes.set(assetId, error);
      else signable.push(asset!);
    }

    async function signGroup(connectionId: string, group: Asset[]): Promise<void> {
      const window = signWindow(clock.now(), windowSeconds);
      try {
        const { provider } = await connections.open(workspaceId, connectionId);
        const { signer, reader, capabilities } = provider;
        if (!signer && !reader) throw undeliverable();
        if (!signer) {
          const urls = await signEach(group, ({ id }) => relayUrl(id, window.expiresAt));
          keep(group, urls, 'relay', toldType);
          return;
        }
        const containers = await findContainers(workspaceId, group);
        const typeOf = capabilities.signsType ? typeInstead : () => null;
        for (const [container, inIt] of Map.groupBy(group, asset => containers.get(asset.sourceId)!)) {
          for (const [type, assets] of Map.groupBy(inIt, typeOf)) {
            const keys = assets.map(({ key }) => key);
            const options = { method, ...window, ...(type !== null && { contentType: type }) };
            keep(
              assets,
              await signer.sign(container, keys, options),
              'direct',
              asset => type ?? asset.contentType,
            );
          }
        }
      } catch (error) {
        // What stands in the way of one stands in the way of all: signing looks at the credential.
        const reason = error instanceof ProviderError ? storageProblem(error) : error;
        if (!(reason instanceof MooringError)) throw reason;
        for (const asset of group) if (!outcomes.has(asset.id)) outcomes.set(asset.id, reason);
      }
    }

    function relayUrl(assetId: string, expiresAt: Date): { url: string; expiresAt: Date } {
      const token = deps.issueRelayToken({ workspaceId, assetId, callerId: by.caller.id!, expiresAt });
      return { url: `${baseUrl}/relay/${token}`, expiresAt };
    }

    /** A key that no URL can name is the asset's own trouble. */
    function keep(
      assets: readonly Asset[],
      results: Awaited<ReturnType<typeof signEach>>,
      delivery: SignedUrl['delivery'],
      contentTypeOf: (asset: Asset) => string | null,
    ): void {
      for (const [index, asset] of assets.entries()) {
        const { id: assetId } = asset;
        const result = results[index]!;
        if (result instanceof ProviderError) {
          outcomes.set(assetId, storageProblem(result));
          continue;
        }
        const [expiresAt, contentType] = [result.expiresAt.toISOString(), contentTypeOf(asset)];
        outcomes.set(assetId, { assetId, ...result, expiresAt, delivery, contentType });
      }
    }

    const groups = Map.groupBy(signable, asset => asset.connectionId);
    await Promise.all([...groups].map(([connectionId, group]) => signGroup(connectionId, group)));

    const signed: Signed = { items: [], refused: [] };
    for (const assetId of wanted) {
      const outcome = outcomes.get(assetId)!;
      if (outcome instanceof MooringError) signed.refused.push({ assetId, error: outcome });
      else signed.items.push(outcome);
    }
    const handedOut = signed.items.map(({ assetId, expiresAt, delivery }) => ({
      connectionId: assets.get(assetId)!.connectionId,
      opens: { assetId },
      endsAt: new Date(expiresAt),
      relayed: delivery === 'relay',
    }));
    await Promise.all([deps.issued.record(workspaceId, handedOut), writeReads(handedOut)]);
    return signed;

    /** In the audit there is one entry for all that ends at the same time. */
    async function writeReads(urls: typeof handedOut): Promise<void> {
      const alike = Map.groupBy(urls, url => `${url.connectionId} ${url.endsAt.getTime()}`);
      const writes = [...alike.values()].map(group => {
        const { connectionId, endsAt } = group[0]!;
        const assetIds = group.map(({ opens }) => opens.assetId);
        return deps.reads.record(workspaceId, { action: 'asset.signed', by, connectionId, assetIds, endsAt });
      });
      await Promise.all(writes);
    }
  }

  async function findContainers(workspaceId: string, assets: Asset[]): Promise<Map<string, string>> {
    const sourceIds = new Set(assets.map(asset => asset.sourceId));
    const sources = [...sourceIds].map(id => catalogue.getSource(workspaceId, id));
    return new Map((await Promise.all(sources)).map(source => [source.id, source.container]));
  }

  return sign;
}

const undeliverable = (): MooringError =>
  new MooringError(
    'conflict',
    'The server may not read from this connection (client-only) and its credential cannot sign URLs.',
    { fix: 'Replace the credential with one that can sign, or add one for browsers.' },
  );
