import { createHash } from 'node:crypto';
import type { Asset } from '@mooring/contract';
import { type ByteSource, HEAD_BYTES, ProbeError } from '@mooring/probe';
import { ProviderError, type Reader } from '@mooring/storage/server';
import type { DeliveryCatalogue, DeliveryConnections } from '../delivery/place.ts';
import { refusal } from '../delivery/refusal.ts';
import { createGate } from '../listing/gate.ts';
import { systemRetry } from '../listing/retry.ts';
import { MooringError, notFound } from '../platform/problem.ts';
import { objectSource } from '../probe/object-source.ts';
import type { FileCache } from './cache.ts';
import type { MakerAnswer, Reason, ThumbnailFormat } from './maker/messages.ts';
import { MakerEnded } from './maker.ts';
import type { Makers } from './makers.ts';
import { createMakingQueue } from './making-queue.ts';

/** Raise it when thumbnails are made in another way, so that those of before are made anew. */
const WAY = 1;
/** Places for each maker: one thumbnail is read from the storage while another is decoded. */
const PLACES_PER_MAKER = 3;
const MOST_WAITING = 1000;

export interface ThumbnailRequest {
  size: number;
  format: ThumbnailFormat;
  /** Tags that the caller has a picture for; null: none. */
  ifNoneMatch: string | null;
}
export interface Thumbnail {
  /** Null where the caller has it. */
  picture: Uint8Array | null;
  /** Without quotes. Another one after the object or the way of making has changed. */
  tag: string;
  /** The ETag of the object that it shows. */
  objectEtag: string;
}

/**
 * Small pictures of assets: from the cache, else made.
 * @param deps.ffmpeg its path; null where there is none
 */
export function createThumbnails(deps: {
  catalogue: DeliveryCatalogue;
  connections: DeliveryConnections;
  cache: FileCache;
  makers: Makers;
  mostMakers: number;
  ffmpeg: string | null;
}) {
  const { catalogue, connections, cache, makers, mostMakers, ffmpeg } = deps;
  const queue = createMakingQueue<MakerAnswer>({
    places: mostMakers * PLACES_PER_MAKER,
    mostWaiting: MOST_WAITING,
  });

  /**
   * @throws MooringError `not_found`; `asset_gone`, `object_archived`; `conflict` where the connection is client-only;
   * `thumbnail_unavailable` where none can be made; `unavailable`; what the storage's failure maps to
   */
  async function get(
    workspaceId: string,
    assetId: string,
    { size, format, ifNoneMatch }: ThumbnailRequest,
    signal: AbortSignal,
  ): Promise<Thumbnail> {
    const asset = await find(workspaceId, assetId);
    const [{ provider }, { container }] = await Promise.all([
      connections.open(workspaceId, asset.connectionId),
      catalogue.getSource(workspaceId, asset.sourceId),
    ]);
    if (!provider.reader) throw clientOnly();
    const name = nameOf([WAY, workspaceId, asset.id, asset.etag, size, format]);
    const about = { tag: name.slice(0, 32), objectEtag: asset.etag };
    if (ifNoneMatch?.includes(about.tag)) return { ...about, picture: null };
    const kept = await cache.get(name);
    if (kept) return { ...about, picture: pictureIn(unpack(kept)) };
    const place = { workspaceId, container, reader: provider.reader };
    const make = (signal: AbortSignal) => makeAndKeep(name, asset, place, { size, format }, signal);
    return { ...about, picture: pictureIn(await queue({ key: name, workspaceId }, make, signal)) };
  }

  async function find(workspaceId: string, assetId: string): Promise<Asset> {
    const [asset] = await catalogue.getAssets(workspaceId, [assetId]);
    const error = refusal(assetId, asset);
    if (error || !asset) throw error ?? notFound('asset', assetId);
    return asset;
  }

  async function makeAndKeep(
    name: string,
    asset: Asset,
    { workspaceId, container, reader }: { workspaceId: string; container: string; reader: Reader },
    how: { size: number; format: ThumbnailFormat },
    signal: AbortSignal,
  ): Promise<MakerAnswer> {
    const source = objectSource({ reader, container, gate: createGate(), retry: systemRetry }, asset);
    const answer = await makeOf(source, how, signal).catch(async error => {
      if (error instanceof ProviderError && error.kind === 'archived')
        await catalogue.noteArchived(workspaceId, asset);
      if (error instanceof ProbeError) throw changed(error);
      throw error;
    });
    if ('picture' in answer || answer.lasting) await cache.put(name, pack(answer));
    return answer;
  }

  async function makeOf(
    source: ByteSource,
    how: { size: number; format: ThumbnailFormat },
    signal: AbortSignal,
  ): Promise<MakerAnswer> {
    const { sizeBytes } = source;
    const headBytes = Math.min(sizeBytes, HEAD_BYTES);
    const head = headBytes > 0 ? await source.read(0, headBytes, signal) : new Uint8Array();
    try {
      return await makers.make({ sizeBytes, head, ffmpeg, ...how }, source, signal);
    } catch (error) {
      if (!(error instanceof MakerEnded)) throw error;
      if (!error.lasting) throw notMade(error);
      return {
        reason: { title: 'Too much work', detail: `Making it was stopped. ${error.message}` },
        lasting: true,
      };
    }
  }

  return { get };
}

const nameOf = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** A reason is kept as JSON; no picture begins with a brace. */
const pack = (answer: MakerAnswer): Uint8Array =>
  'picture' in answer ? answer.picture : Buffer.from(JSON.stringify(answer.reason));

function unpack(bytes: Buffer): MakerAnswer {
  if (bytes[0] !== 0x7b) return { picture: bytes };
  return { reason: JSON.parse(String(bytes)) as Reason, lasting: true };
}

function pictureIn(answer: MakerAnswer): Uint8Array {
  if ('picture' in answer) return answer.picture;
  const { title, detail } = answer.reason;
  throw new MooringError('thumbnail_unavailable', detail, {
    title,
    fix: 'Open the asset itself. A thumbnail is tried again when its object has changed.',
  });
}

const clientOnly = () =>
  new MooringError('conflict', 'The connection is client-only: the server reads none of its data.', {
    fix: 'Make the thumbnail where the data may be read, from a signed URL of the asset.',
  });

const notMade = (cause: MakerEnded) =>
  new MooringError('unavailable', `The process that makes thumbnails has ended. ${cause.message}`, {
    fix: 'Try again in a few seconds.',
    retryAfterSeconds: 5,
    cause,
  });

const changed = (cause: ProbeError) =>
  new MooringError('conflict', cause.message, { fix: 'Sync the source.', cause });
