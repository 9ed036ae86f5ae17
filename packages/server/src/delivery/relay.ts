import type { Readable } from 'node:stream';
import type { Asset } from '@mooring/contract';
import type { Clock, Provider, Reader } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';
import type { Reads } from '../audit/reads.ts';
import { MooringError, notFound } from '../platform/problem.ts';
import type { Slots } from '../platform/slots.ts';
import { storageProblem } from '../platform/storage-problem.ts';
import type { DeliveryCatalogue, DeliveryConnections } from './place.ts';
import { refusal } from './refusal.ts';
import type { AssetGrant, ObjectGrant, RelayGrant } from './relay-address.ts';
import { type ReadAnswer, type ReadRequest, type RelayedObject, readObject } from './relay-read.ts';
import { createRelayReads } from './relay-reads.ts';

/** How soon a stream that is under way stops after its connection was unlinked, or its link revoked. */
const RECHECK_MS = 1000;

/** An answer, and the member, token or link that the address was given to. */
export type RelayAnswer = ReadAnswer & { callerId: string };

/** Streams an object's bytes under a relay address: nothing is kept, and back-pressure reaches the storage. */
export function createRelay(deps: {
  catalogue: DeliveryCatalogue;
  connections: DeliveryConnections;
  clock: Clock;
  slots: Slots;
  reads: Pick<Reads, 'record' | 'isWanted'>;
  readToken: (token: string, now: Date) => RelayGrant;
  /** @throws MooringError where an address ends before its time, because of who it was given to */
  requireCaller: (workspaceId: string, callerId: string) => Promise<void>;
}) {
  const { catalogue, connections, clock, slots } = deps;
  const noteRead = createRelayReads(deps.reads);

  /**
   * @param signal aborts the read from the storage
   * @throws MooringError `forbidden` for an address that is not valid (any more), `asset_gone`, `too_many_requests`
   * and `unavailable`, with `retryAfterSeconds`, where too many relays are busy, or what the storage's failure maps to
   */
  async function relay(token: string, request: ReadRequest, signal: AbortSignal): Promise<RelayAnswer> {
    const grant = deps.readToken(token, clock.now());
    await deps.requireCaller(grant.workspaceId, grant.callerId);
    const release = await slots.take([grant.workspaceId, objectOf(grant)], signal);
    try {
      const place = 'assetId' in grant ? await findAsset(grant) : await findObject(grant, signal);
      const { object, connectionId, container, reader } = place;
      const secondsLeft = Math.floor((grant.expiresAt.getTime() - clock.now().getTime()) / 1000);
      const answer = await readObject(reader, { object, container, secondsLeft }, request, signal).catch(
        async error => {
          const isArchived = error instanceof MooringError && error.code === 'object_archived';
          if (isArchived && place.asset) await catalogue.noteArchived(grant.workspaceId, place.asset);
          throw error;
        },
      );
      if ('body' in answer && answer.body) {
        const { body } = answer;
        const { workspaceId, callerId } = grant;
        const stillThere = () =>
          Promise.all([
            connections.open(workspaceId, connectionId),
            deps.requireCaller(workspaceId, callerId),
          ]);
        supervise(body, stillThere, release);
        await noteRead({ token, grant, connectionId }, request.address ?? null).catch(error => {
          body.destroy();
          throw error;
        });
      } else release();
      return { ...answer, callerId: grant.callerId };
    } catch (error) {
      release();
      throw error;
    }
  }

  async function findAsset({ workspaceId, assetId }: AssetGrant): Promise<Place> {
    const [asset] = await catalogue.getAssets(workspaceId, [assetId]);
    const error = refusal(assetId, asset);
    if (error || !asset) throw error ?? notFound('asset', assetId);
    const [source, { provider }] = await Promise.all([
      catalogue.getSource(workspaceId, asset.sourceId),
      connections.open(workspaceId, asset.connectionId),
    ]);
    const { connectionId } = asset;
    const { container } = source;
    return { object: asset, asset, connectionId, container, reader: readerOf(provider) };
  }

  async function findObject(grant: ObjectGrant, signal: AbortSignal): Promise<Place> {
    const { workspaceId, connectionId, container, key } = grant;
    const { provider } = await connections.open(workspaceId, connectionId);
    const reader = readerOf(provider);
    const { contentType } = await reader.head(container, key, signal).catch(error => {
      throw error instanceof ProviderError ? storageProblem(error) : error;
    });
    const object = { key, name: key.split('/').at(-1) || key, contentType, media: null };
    return { object, asset: null, connectionId, container, reader };
  }

  return relay;
}

/** All addresses of one object share what one address may use. */
const objectOf = (grant: RelayGrant): string =>
  'assetId' in grant ? grant.assetId : JSON.stringify([grant.connectionId, grant.container, grant.key]);

interface Place {
  object: RelayedObject;
  /** Null where the address is for an object that need not be in the catalogue. */
  asset: Asset | null;
  connectionId: string;
  container: string;
  reader: Reader;
}

function readerOf({ reader }: Provider): Reader {
  if (reader) return reader;
  throw new MooringError('forbidden', 'The server may not read from this connection: it is client-only.', {
    fix: 'Ask for a new URL of the asset.',
  });
}

/** Breaks a stream off when its connection or its link is no longer there, and gives the slot back when it ends. */
function supervise(body: Readable, stillThere: () => Promise<unknown>, release: () => void): void {
  const timer = setInterval(() => {
    stillThere().catch(error => {
      // A database that is away for a moment says nothing about them.
      if (error instanceof MooringError) body.destroy(error);
    });
  }, RECHECK_MS);
  body.once('close', () => {
    clearInterval(timer);
    release();
  });
  // It can break before the answer takes it. Then the answer fails with the same error; without this listener the
  // process would.
  body.on('error', () => {});
}
