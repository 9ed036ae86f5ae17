import { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import {
  type AssetKind,
  assetFilterBody,
  EXPORT_FORMATS,
  type exportRequest,
  linkUrl,
} from '@mooring/contract';
import type pg from 'pg';
import type { z } from 'zod';
import type { By } from '../audit/entry.ts';
import { selectAssets } from '../catalogue/asset-filter.ts';
import type { Db } from '../catalogue/db.ts';
import { nameOf } from '../catalogue/key.ts';
import { walkAssets } from '../catalogue/walk-assets.ts';
import type { WalkedAssets } from '../catalogue/walk-places.ts';
import type { Datasets } from '../curation/datasets.ts';
import { walkMembers } from '../curation/walk-members.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { MooringError } from '../platform/problem.ts';
import { createSlots } from '../platform/slots.ts';
import { assetsOf, tableOf } from './columns.ts';
import type { ExportedAssets } from './format.ts';
import { FORMATS } from './formats/index.ts';

/** Each reads the database all the time, so few go on at once. */
const AT_ONCE = 4;
const PER_WORKSPACE = 2;
const WAIT_MS = 10_000;
const SIGNED_AT_ONCE = 5000;
const EVERY_ASSET = assetFilterBody.parse({});
const BUFFERED_BYTES = 256 * 1024;

export interface ExportInput {
  request: z.output<typeof exportRequest>;
  /** Where this server is reached from outside, for links and relay addresses. */
  baseUrl: string;
  /** Who gets it. */
  by: By;
  /** Aborts when the reader has gone. */
  signal: AbortSignal;
}

/** Writes the assets that match in the formats of other tools, as streams with constant memory. */
export function createExports({
  db,
  pool,
  datasets,
  delivery,
}: {
  db: Db;
  pool: pg.Pool;
  datasets: Pick<Datasets, 'getVersion'>;
  delivery: Pick<Delivery, 'sign'>;
}) {
  const slots = createSlots({
    all: { most: AT_ONCE, mostWaiting: AT_ONCE * 8 },
    shares: [{ most: PER_WORKSPACE, mostWaiting: PER_WORKSPACE * 8 }],
    waitMs: WAIT_MS,
    busy,
  });

  /**
   * The export as a stream, once its first bytes are there.
   * @throws MooringError `invalid_request` where the format cannot go on after an asset; `too_many_requests`; as
   * `walkAssets`
   */
  async function open(workspaceId: string, input: ExportInput): Promise<Readable> {
    const { format, filter, after, dataset } = input.request;
    if (after !== undefined && !EXPORT_FORMATS[format].continues) throw cannotContinue(format);
    if (dataset && (after !== undefined || !isDeepStrictEqual(filter, EVERY_ASSET))) throw wholeVersion();
    const release = await slots.take([workspaceId], input.signal);
    const pieces = FORMATS[format](exportedAssets(workspaceId, input), { isContinued: after !== undefined })[
      Symbol.asyncIterator
    ]();
    try {
      // What is wrong with the request shows before the answer begins, also where a heading comes before the assets.
      if (dataset) await datasets.getVersion(workspaceId, dataset.id, dataset.version);
      else await selectAssets(db, workspaceId, filter);
      const first = await pieces.next();
      input.signal.throwIfAborted(); // it tells of this once
      const rest = { [Symbol.asyncIterator]: () => pieces };
      const stream = Readable.from(joined(first, rest), {
        objectMode: false,
        highWaterMark: BUFFERED_BYTES,
      });
      input.signal.addEventListener('abort', () => stream.destroy(), { once: true });
      return stream.once('close', release);
    } catch (error) {
      release();
      throw error;
    }
  }

  function exportedAssets(workspaceId: string, { request, baseUrl, by }: ExportInput): ExportedAssets {
    const { filter, after, addresses, dataset } = request;

    async function* tables(kinds?: readonly AssetKind[]) {
      const batches = dataset
        ? walkMembers({ db, pool }, workspaceId, dataset, kinds)
        : walkAssets({ db, pool }, workspaceId, filter, { after, kinds });
      for await (const batch of batches) yield tableOf(batch, await urlsOf(batch));
    }

    /** By id; null where paths are asked for. */
    async function urlsOf(batch: WalkedAssets): Promise<Map<string, string> | null> {
      if (addresses.kind === 'path') return null;
      const rows = Array.from({ length: batch.length }, (_, row) => row);
      const ids = rows.map(row => batch.id.get(row)!);
      if (addresses.kind === 'link') {
        const urlOf = (row: number) =>
          linkUrl(baseUrl, addresses.token, ids[row]!, nameOf(batch.key.get(row)!));
        return new Map(rows.map(row => [ids[row]!, urlOf(row)]));
      }
      const urls = new Map<string, string>();
      for (let at = 0; at < ids.length; at += SIGNED_AT_ONCE) {
        const assetIds = ids.slice(at, at + SIGNED_AT_ONCE);
        const { expiresInSeconds } = addresses;
        const { items } = await delivery.sign(workspaceId, { assetIds, expiresInSeconds, baseUrl, by });
        for (const { assetId, url } of items) if (url !== null) urls.set(assetId, url);
      }
      return urls;
    }

    return {
      tables,
      async *read(kinds) {
        for await (const table of tables(kinds)) yield assetsOf(table);
      },
    };
  }

  return { open };
}
export type Exports = ReturnType<typeof createExports>;

async function* joined(
  first: IteratorResult<string | Uint8Array>,
  rest: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<string | Uint8Array> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

const wholeVersion = (): MooringError =>
  new MooringError('invalid_request', 'An export of a version of a dataset takes no filter and no after.', {
    fix: 'Leave filter and after out. split of dataset chooses the members of one split.',
    fields: [{ path: 'dataset', message: 'not together with filter or after' }],
  });

const cannotContinue = (format: string): MooringError =>
  new MooringError('invalid_request', `An export as ${format} cannot go on after an asset.`, {
    fix: 'Ask for the whole export again, without after. Formats of lines, such as jsonl and csv, can go on.',
    fields: [{ path: 'after', message: `not possible with the format ${format}` }],
  });

const busy = (index: number | null): MooringError =>
  new MooringError(
    'too_many_requests',
    `${index === null ? 'This server' : 'This workspace'} has ${index === null ? AT_ONCE : PER_WORKSPACE} exports going on; more at once are not possible.`,
    { fix: 'Ask again when one of them has ended.', retryAfterSeconds: 30 },
  );
