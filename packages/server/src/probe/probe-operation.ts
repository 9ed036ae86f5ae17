import { type ProbeCounts, probeRequest } from '@mooring/contract';
import type { Prober } from '@mooring/probe/node';
import type { Clock, ErrorKind, Provider } from '@mooring/storage/server';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Db } from '../catalogue/db.ts';
import { type AssetToProbe, countToProbe, readToProbe, writeMedia } from '../catalogue/media.ts';
import { lockSource } from '../catalogue/source-lock.ts';
import { createGate } from '../listing/gate.ts';
import { type RetryOptions, systemRetry } from '../listing/retry.ts';
import type { OperationHandler, OperationRun } from '../operations/handler.ts';
import { whileSourceExists } from '../operations/while-source-exists.ts';
import { MooringError } from '../platform/problem.ts';
import { type Learned, learn } from './learn.ts';

export interface ProbeDependencies {
  db: Db;
  catalogue: Pick<Catalogue, 'getSource'>;
  connections: { open(workspaceId: string, connectionId: string): Promise<{ provider: Provider }> };
  prober: Prober;
  clock: Clock;
  /** For tests: fewer assets at once, quicker retries. */
  assetsAtOnce?: number;
  retry?: RetryOptions;
}

/** Assets that are written in one transaction. */
const ASSETS_AT_ONCE = 250;
/** Assets that are read at the same time. Each holds at most what its budget allows. */
const LOOKS_AT_ONCE = 32;
/** So many assets in a row that are refused are an outage, although others could be read before. */
const LOOKS_OF_AN_OUTAGE = 32;
/** Refusals that are the matter of one object. Once others could be read, `forbidden` is one of them, too. */
const OF_THE_OBJECT: ReadonlySet<ErrorKind> = new Set(['not-found', 'changed', 'archived', 'range']);
const OF_THE_OBJECT_OR_ITS_FOLDER: ReadonlySet<ErrorKind> = new Set([...OF_THE_OBJECT, 'forbidden']);

const probeState = z.object({
  startedAt: z.coerce.date(),
  total: z.number(),
  /** All assets up to this key are done. */
  after: z.string(),
  counts: z.object({
    looked: z.number(),
    probed: z.number(),
    warned: z.number(),
    failed: z.number(),
  }),
});
type ProbeState = z.infer<typeof probeState>;

/**
 * Learns what the assets of a source are: those that came or changed since they were probed, or all. An asset that
 * cannot be read or understood gets a problem, and the others go on.
 */
export function createProbeHandler(dependencies: ProbeDependencies): OperationHandler<'probe'> {
  const {
    db,
    catalogue,
    connections,
    prober,
    clock,
    assetsAtOnce = ASSETS_AT_ONCE,
    retry = systemRetry,
  } = dependencies;

  async function run(run: OperationRun<'probe'>): Promise<void> {
    const { workspaceId, signal } = run;
    const { which } = probeRequest.parse(run.options ?? {});
    const source = await catalogue.getSource(workspaceId, run.subject.id);
    const { provider } = await connections.open(workspaceId, source.connectionId);
    if (!provider.reader) throw cannotRead();
    const reading = { reader: provider.reader, container: source.container, gate: createGate(), retry };
    const fulfil = run.checkpoint === null;
    let state: ProbeState = probeState.parse(run.checkpoint ?? (await firstState()));
    const selection = { workspaceId, sourceId: source.id, which, startedAt: state.startedAt };

    async function firstState(): Promise<ProbeState> {
      const startedAt = clock.now();
      const total = await countToProbe(db, { workspaceId, sourceId: source.id, which, startedAt });
      return { startedAt, total, after: '', counts: { looked: 0, probed: 0, warned: 0, failed: 0 } };
    }

    /** One transaction: writes what was learned, and how far this has come. */
    async function save(learned: readonly Learned[], after: string): Promise<void> {
      const next = { ...state, after, counts: plus(state.counts, learned) };
      await db.transaction().execute(async trx => {
        const { looked } = next.counts;
        const total = Math.max(looked, next.total);
        await run.save(trx, { done: looked, total, counts: next.counts, checkpoint: next });
        const locked = await lockSource(trx, workspaceId, source.id);
        if (fulfil && state.after === '') await fulfilProbe(trx, selection);
        if (learned.length > 0) await writeMedia(trx, locked, learned, clock.now());
      });
      state = next;
    }

    await save([], state.after);
    let following = readToProbe(db, selection, state.after, assetsAtOnce);
    for (;;) {
      signal.throwIfAborted();
      const assets = await following;
      const last = assets.at(-1);
      if (!last) break;
      // The next are read while these are looked at.
      following = readToProbe(db, selection, last.key, assetsAtOnce);
      following.catch(() => undefined); // a failure is thrown where it is awaited
      const learned = await learnAll(assets, asset => learn(prober, reading, asset, signal));
      refuseOutage(learned, state.counts.probed > 0);
      await save(learned, last.key);
    }
  }

  return {
    kind: 'probe',
    run: operation => whileSourceExists(catalogue, operation, () => run(operation)),
  };
}

/** So many at once; in the order of the assets. */
async function learnAll(
  assets: readonly AssetToProbe[],
  look: (asset: AssetToProbe) => Promise<Learned>,
): Promise<Learned[]> {
  const learned: Learned[] = [];
  const waiting = assets.entries();
  const work = async () => {
    for (const [at, asset] of waiting) learned[at] = await look(asset);
  };
  await Promise.all(Array.from({ length: Math.min(LOOKS_AT_ONCE, assets.length) }, work));
  return learned;
}

/**
 * Where the storage refused all assets, or where something else than single objects stood in the way of the latest ones.
 * @throws ProviderError what it said
 */
function refuseOutage(learned: readonly Learned[], hasRead: boolean): void {
  const latest = hasRead ? learned.slice(-LOOKS_OF_AN_OUTAGE) : learned;
  const ofTheObject = hasRead ? OF_THE_OBJECT_OR_ITS_FOLDER : OF_THE_OBJECT;
  const outages = latest.flatMap(({ refusal }) => (refusal && !ofTheObject.has(refusal.kind) ? refusal : []));
  const isLong = !hasRead || latest.length === LOOKS_OF_AN_OUTAGE;
  if (outages[0] && isLong && outages.length === latest.length) throw outages[0];
}

function plus(counts: ProbeCounts, learned: readonly Learned[]): ProbeCounts {
  const failed = learned.filter(({ problem }) => problem).length;
  return {
    looked: counts.looked + learned.length,
    probed: counts.probed + learned.length - failed,
    warned: counts.warned + learned.filter(({ warnings }) => warnings.length > 0).length,
    failed: counts.failed + failed,
  };
}

/** What came later wants a probe of its own. */
const fulfilProbe = (
  db: Db,
  { workspaceId, sourceId, startedAt }: { workspaceId: string; sourceId: string; startedAt: Date },
) =>
  sql`
    update sources set probe_wanted_at = null
    where workspace_id = ${workspaceId} and id = ${sourceId} and probe_wanted_at <= ${startedAt}`.execute(db);

const cannotRead = () =>
  new MooringError('conflict', 'The connection is client-only: the server reads none of its data.', {
    fix: 'Run mooring probe --here where the data may be read, or send the facts with POST /v1/assets/media.',
  });
