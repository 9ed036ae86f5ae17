import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Asset, SignedUrl } from '@mooring/contract';
import type { Clock, Provider } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';
import { MooringError } from '../platform/problem.ts';
import { storageProblem } from '../platform/storage-problem.ts';
import type { IssuedUrlLog } from './issued-urls.ts';
import type { DeliveryCatalogue, DeliveryConnections } from './place.ts';
import { refusal } from './refusal.ts';
import type { AssetGrant } from './relay-address.ts';
import { windowEnd } from './window.ts';

/** Signing one takes some 25 µs: after this many, other requests get a turn. */
const AT_A_STRETCH = 50;

/** What became of each asset of a batch, in the order asked. */
export interface Signed {
  items: SignedUrl[];
  refused: { assetId: string; error: MooringError }[];
}

export interface SignInput {
  assetIds: readonly string[];
  /** How long the URLs should work; the window of the installation by default. */
  expiresInSeconds?: number | undefined;
  /** Where this server is reached from outside, for relay addresses; without a trailing slash. */
  baseUrl: string;
}

/** Makes short-lived URLs in batches: direct where the connection can sign, else addresses of the relay. */
export function createSigning(deps: {
  catalogue: DeliveryCatalogue;
  connections: DeliveryConnections;
  clock: Clock;
  signWindowSeconds: number;
  issueRelayToken: (grant: AssetGrant) => string;
  issued: Pick<IssuedUrlLog, 'record'>;
}) {
  const { catalogue, connections, clock } = deps;

  /**
   * Nothing leaves before it is written down with its end.
   * @throws only what is not about an asset or its connection, e.g. a database that does not answer
   */
  async function sign(
    workspaceId: string,
    { assetIds, expiresInSeconds, baseUrl }: SignInput,
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
      try {
        const { provider } = await connections.open(workspaceId, connectionId);
        const containers = await findContainers(workspaceId, group);
        for (const [index, asset] of group.entries()) {
          if (index % AT_A_STRETCH === AT_A_STRETCH - 1) await nextTurn();
          outcomes.set(
            asset.id,
            await signOne(workspaceId, provider, containers.get(asset.sourceId)!, asset).catch(refusedKey),
          );
        }
      } catch (error) {
        // What else stands in the way of one stands in the way of all: signing looks at the credential.
        const reason = error instanceof ProviderError ? storageProblem(error) : error;
        if (!(reason instanceof MooringError)) throw reason;
        for (const asset of group) if (!outcomes.has(asset.id)) outcomes.set(asset.id, reason);
      }
    }

    async function signOne(workspaceId: string, provider: Provider, container: string, asset: Asset) {
      if (!provider.signer) {
        if (!provider.reader) throw undeliverable();
        const expiresAt = windowEnd(clock.now(), windowSeconds);
        const token = deps.issueRelayToken({ workspaceId, assetId: asset.id, expiresAt });
        return signedUrl(asset, `${baseUrl}/relay/${token}`, expiresAt, 'relay');
      }
      const seconds = Math.min(windowSeconds, provider.capabilities.maxSignSeconds);
      const { url, expiresAt } = await provider.signer.sign(
        container,
        asset.key,
        windowEnd(clock.now(), seconds),
      );
      return signedUrl(asset, url, expiresAt, 'direct');
    }

    const groups = Map.groupBy(signable, asset => asset.connectionId);
    await Promise.all([...groups].map(([connectionId, group]) => signGroup(connectionId, group)));

    const signed: Signed = { items: [], refused: [] };
    for (const assetId of wanted) {
      const outcome = outcomes.get(assetId)!;
      if (outcome instanceof MooringError) signed.refused.push({ assetId, error: outcome });
      else signed.items.push(outcome);
    }
    await deps.issued.record(
      workspaceId,
      signed.items.map(({ assetId, expiresAt, delivery }) => ({
        connectionId: assets.get(assetId)!.connectionId,
        assetId,
        endsAt: new Date(expiresAt),
        relayed: delivery === 'relay',
      })),
    );
    return signed;
  }

  async function findContainers(workspaceId: string, assets: Asset[]): Promise<Map<string, string>> {
    const sourceIds = new Set(assets.map(asset => asset.sourceId));
    const sources = [...sourceIds].map(id => catalogue.getSource(workspaceId, id));
    return new Map((await Promise.all(sources)).map(source => [source.id, source.container]));
  }

  return sign;
}

const signedUrl = (
  asset: Asset,
  url: string,
  expiresAt: Date,
  delivery: SignedUrl['delivery'],
): SignedUrl => ({ assetId: asset.id, url, expiresAt: expiresAt.toISOString(), delivery });

/** A key that no URL can name is the asset's own trouble. */
function refusedKey(error: unknown): MooringError {
  if (error instanceof ProviderError && error.kind === 'invalid') return storageProblem(error);
  throw error;
}

const undeliverable = (): MooringError =>
  new MooringError(
    'conflict',
    'The server may not read from this connection (client-only) and its credential cannot sign URLs.',
    { fix: 'Replace the credential with one that can sign, or add one for browsers.' },
  );
