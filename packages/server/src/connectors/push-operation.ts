import { pushCounts } from '@mooring/contract';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Trx } from '../catalogue/db.ts';
import { walkAssets } from '../catalogue/walk-assets.ts';
import { assetsOf, tableOf } from '../exports/columns.ts';
import type { OperationHandler, OperationRun } from '../operations/handler.ts';
import { settlePending } from './pending.ts';
import { openPush, type Push, type PushDependencies } from './push.ts';
import { type Pushed, pushAssets } from './push-assets.ts';
import { pushGone, writeGone } from './push-gone.ts';
import { readAnnotations, writeAnnotations } from './read-annotations.ts';
import { type ConnectorRow, filterOf, findConnector } from './row.ts';

/** So many tasks are sent at once: more make Label Studio little faster, and a request larger. */
const AT_ONCE = 1000;

const pushState = z.object({
  stage: z.enum(['assets', 'gone', 'annotations']),
  /** The last asset of the stage, or the last task: what comes behind it is left. */
  after: z.string(),
  counts: pushCounts,
});
type PushState = z.infer<typeof pushState>;

const FIRST: PushState = {
  stage: 'assets',
  after: '',
  counts: { looked: 0, added: 0, changed: 0, unchanged: 0, refused: 0, marked: 0, removed: 0 },
};

/**
 * Brings the tasks of a tool to what is selected now: first makes and changes tasks, then looks for those whose assets
 * have gone, then asks which have annotations. What was done stays done: a push that was cut off goes on from there.
 */
export function createPushHandler(dependencies: PushDependencies): OperationHandler<'push'> {
  async function run(run: OperationRun<'push'>): Promise<void> {
    const { db } = dependencies;
    const row = await findConnector(db, run.workspaceId, run.subject.id);
    const push = await openPush(dependencies, run, row);
    await settlePending(push, row.pending);
    let state = run.checkpoint ? pushState.parse(run.checkpoint) : FIRST;
    if (state.stage === 'assets') state = await doAssets(push, row, state);
    if (state.stage === 'gone') state = await doGone(push, row, state);
    await doAnnotations(push, state);
    await push.save(async trx => {
      await sql`update connectors set last_push_at = ${dependencies.clock.now()}
        where workspace_id = ${row.workspace_id} and id = ${row.id}`.execute(trx);
      return {};
    });
  }
  return { kind: 'push', run };
}

const saved = (state: PushState) => ({ done: state.counts.looked, counts: state.counts, checkpoint: state });

async function doAssets(push: Push, row: ConnectorRow, begun: PushState): Promise<PushState> {
  let state = begun;
  const after = state.after === '' ? undefined : state.after;
  for await (const batch of walkAssets(push, push.workspaceId, filterOf(row), { after })) {
    const all = assetsOf(tableOf(batch, null));
    for (let at = 0; at < all.length; at += AT_ONCE) {
      const assets = all.slice(at, at + AT_ONCE);
      const pushed = await pushAssets(push, assets);
      const next = { ...state, after: assets.at(-1)!.id, counts: added(state.counts, pushed) };
      await push.save(async trx => {
        await writeChanges(trx, push, pushed);
        if (pushed.refused.length > 0) await push.addErrors(trx, pushed.refused);
        return saved(next);
      });
      state = next;
    }
  }
  return { ...state, stage: 'gone', after: '' };
}

const added = (counts: PushState['counts'], { refused, ...pushed }: Pushed): PushState['counts'] => ({
  ...counts,
  looked: counts.looked + pushed.looked,
  added: counts.added + pushed.added,
  changed: counts.changed + pushed.changed,
  unchanged: counts.unchanged + pushed.unchanged,
  refused: counts.refused + refused.length,
});

/** A task that someone deleted in the tool is forgotten: the next push makes it anew. */
async function writeChanges(trx: Trx, push: Push, { changes }: Pushed): Promise<void> {
  const there = changes.filter(({ isThere }) => isThere);
  const missing = changes.filter(({ isThere }) => !isThere).map(({ taskId }) => taskId);
  const mine = sql`t.workspace_id = ${push.workspaceId} and t.connector_id = ${push.connectorId}`;
  await sql`update connector_tasks t set data_hash = n.hash, is_gone = false
    from unnest(${there.map(({ taskId }) => taskId)}::int8[], ${there.map(({ hash }) => hash)}::bytea[]) as n (id, hash)
    where ${mine} and t.task_id = n.id`.execute(trx);
  await sql`delete from connector_tasks t where ${mine} and t.task_id = any(${missing}::int8[])`.execute(trx);
}

async function doGone(push: Push, row: ConnectorRow, begun: PushState): Promise<PushState> {
  const removes = row.when_gone === 'remove';
  let state = begun;
  for (;;) {
    const gone = await pushGone(push, filterOf(row), { after: state.after, removes });
    const counts = {
      ...state.counts,
      marked: state.counts.marked + gone.marked.length,
      removed: state.counts.removed + gone.removed.length,
    };
    const next: PushState =
      gone.after === null
        ? { stage: 'annotations', after: '', counts }
        : { ...state, after: gone.after, counts };
    await push.save(async trx => {
      await writeGone(trx, push, gone);
      return saved(next);
    });
    if (gone.after === null) return next;
    state = next;
  }
}

async function doAnnotations(push: Push, begun: PushState): Promise<void> {
  for (let after: number | null = Number(begun.after); after !== null; ) {
    const annotations = await readAnnotations(push, after);
    const next = { ...begun, after: String(annotations.last ?? after) };
    await push.save(async trx => {
      await writeAnnotations(trx, push, annotations);
      return saved(next);
    });
    after = annotations.last;
  }
}
