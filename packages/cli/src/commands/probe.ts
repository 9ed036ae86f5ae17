import type { Asset, MediaReport, Operation, Source } from '@mooring/contract';
import { ProbeError, urlSource } from '@mooring/probe';
import { createProber, type Prober } from '@mooring/probe/node';
import type { Command } from 'commander';
import { follow } from '../follow.ts';
import type { Io } from '../io.ts';
import { createProgressLine } from '../output/progress.ts';
import { count } from '../output/quantity.ts';
import { findSources, nameOfSource } from '../resolve.ts';
import { openSession, type Session } from '../session.ts';
import { failIfUnsuccessful, renderOperation } from './operation/render.ts';

interface ProbeOptions {
  which: 'new' | 'failed' | 'all';
  here?: boolean;
  wait: boolean;
}

/** Assets that are signed, read and reported together. */
const ASSETS_AT_ONCE = 200;
const READS_AT_ONCE = 16;

export function probe(parent: Command, io: Io): void {
  parent
    .command('probe')
    .summary('learn what assets are, from few of their bytes')
    .description(
      'Reads the headers of the assets of a source, or of all sources of a connection: true type, dimensions, ' +
        'duration, codec and more. With --here this computer reads them straight from the storage and sends only ' +
        'the facts. That is the way for a client-only connection: run it where the storage can be reached.',
    )
    .argument('<target>', 'id or name (container/prefix) of a source, or of a connection')
    .option('--which <assets>', 'new: not probed yet; failed: those with a problem, too; all', 'new')
    .option('--here', 'read on this computer rather than on the server')
    .option('--no-wait', 'start it and return at once (not with --here)')
    .action(async (target: string, options: ProbeOptions, command: Command) => {
      const session = await openSession(command, io);
      const sources = await findSources(session.client, target);
      if (options.here) await readHere(session, sources, options.which);
      else await readThere(session, sources, options);
    });
}

async function readThere(session: Session, sources: Source[], { which, wait }: ProbeOptions): Promise<void> {
  const { client, out, io } = session;
  const operations: Operation[] = [];
  for (const source of sources) {
    const operation = await client.call('probeSource', { params: { sourceId: source.id }, body: { which } });
    const label = `Probing ${nameOfSource(source)}`;
    operations.push(wait ? await follow(session, operation.id, label) : operation);
  }
  await out.one(operations, () =>
    operations.map(operation => renderOperation(operation, out.style, io.now())).join('\n'),
  );
  failIfUnsuccessful(session, operations);
}

async function readHere({ client, out, io }: Session, sources: Source[], which: string): Promise<void> {
  const line = createProgressLine(io);
  const prober = createProber();
  const sum = { looked: 0, probed: 0, failed: 0, refused: 0 };
  try {
    for (const source of sources) {
      for await (const assets of batches(
        client.pages('listAssets', { query: { sourceId: source.id } }),
        which,
      )) {
        const items = await learnAll(client, prober, assets);
        const { refused } = await client.call('reportMedia', { body: { items } });
        sum.looked += assets.length;
        sum.probed += items.filter(({ facts }) => facts).length;
        sum.failed += items.filter(({ facts }) => !facts).length;
        sum.refused += refused.length;
        line.show(`Probing ${nameOfSource(source)}: ${count(sum.looked)} assets`);
      }
    }
  } finally {
    line.clear();
    await prober.close();
  }
  await out.one(
    sum,
    () => `${count(sum.probed)} of ${count(sum.looked)} assets probed, ${count(sum.failed)} failed`,
  );
  if (sum.refused > 0)
    out.warn(`${count(sum.refused)} assets have changed meanwhile. Sync, then probe again.`);
}

async function* batches(assets: AsyncIterable<Asset>, which: string): AsyncGenerator<Asset[]> {
  let batch: Asset[] = [];
  for await (const asset of assets) {
    const isWanted = which === 'all' || !asset.media || (which === 'failed' && asset.media.problem !== null);
    if (!isWanted || asset.archiveState === 'archived') continue;
    batch.push(asset);
    if (batch.length < ASSETS_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function learnAll(
  client: Session['client'],
  prober: Prober,
  assets: readonly Asset[],
): Promise<MediaReport['items']> {
  const { items, problems } = await client.call('signAssets', {
    body: { assetIds: assets.map(({ id }) => id) },
  });
  const urls = new Map(items.map(({ assetId, url }) => [assetId, url]));
  const refusals = new Map(problems.map(({ assetId, problem }) => [assetId, problem.detail]));
  const learned: MediaReport['items'] = [];
  const waiting = assets.values();
  const work = async () => {
    for (const asset of waiting) {
      const url = urls.get(asset.id);
      learned.push(await learn(prober, asset, url, refusals.get(asset.id)));
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, work));
  return learned;
}

async function learn(prober: Prober, asset: Asset, url: string | undefined, refusal: string | undefined) {
  const about = { assetId: asset.id, etag: asset.etag };
  try {
    if (url === undefined) throw new ProbeError('unreadable', refusal ?? 'Mooring gave no URL for it.');
    const { facts, warnings } = await prober.probe(urlSource(url, asset.sizeBytes, asset.etag), asset.key);
    return { ...about, facts, warnings };
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    return { ...about, facts: null, problem: { code: error.code, message: error.message } };
  }
}
