import { type AssetEdit, editCounts } from '@mooring/contract';
import { sql } from 'kysely';
import { z } from 'zod';
import { type Edited, editAssets, lockSources } from '../catalogue/asset-edits.ts';
import { selectAssets } from '../catalogue/asset-filter.ts';
import { SEGMENT } from '../catalogue/asset-segments.ts';
import type { Db } from '../catalogue/db.ts';
import type { OperationHandler, OperationRun } from '../operations/handler.ts';

/** Assets have numbers in their source: those from `number` on, of the source at `at` and those behind it, are left. */
const editState = z.object({
  /** With the number after their last asset, when the edit began. */
  sources: z.array(z.object({ id: z.string(), end: z.number() })),
  at: z.number(),
  number: z.number(),
  done: z.number(),
  counts: editCounts,
});
type EditState = z.infer<typeof editState>;

/**
 * Edits all assets that match a filter, one segment of numbers in a transaction. Each asset is looked at once, so an edit
 * that changes what the filter asks for leaves none out.
 */
export function createEditHandler({ db }: { db: Db }): OperationHandler<'edit-assets'> {
  async function run(run: OperationRun<'edit-assets'>): Promise<void> {
    const { workspaceId, signal } = run;
    const { filter, ...edit } = run.options as AssetEdit;
    const selection = await selectAssets(db, workspaceId, filter);
    let state = run.checkpoint
      ? editState.parse(run.checkpoint)
      : await firstState(db, workspaceId, selection.sources);
    const total = state.sources.reduce((sum, { end }) => sum + end, 0);
    for (let source = state.sources[state.at]; source; source = state.sources[state.at]) {
      signal.throwIfAborted();
      const { id, end } = source;
      state = await db.transaction().execute(async trx => {
        await run.save(trx, { total }); // locks the row first
        const isThere = (await lockSources(trx, workspaceId, [id])).length > 0;
        const to = isThere ? Math.min(state.number + SEGMENT, end) : end;
        const matching = sql<boolean>`${selection.inSource(id)} and a.number >= ${state.number} and a.number < ${to}`;
        const edited = isThere ? await editAssets(trx, workspaceId, matching, edit) : NOTHING;
        const next = after(state, to, end, edited);
        await run.save(trx, { done: next.done, counts: next.counts, checkpoint: next });
        if (edited.refused.length > 0) await run.addErrors(trx, edited.refused.map(toError));
        return next;
      });
    }
  }
  return { kind: 'edit-assets', run };
}

const NOTHING: Edited = { looked: 0, changed: 0, refused: [] };

async function firstState(
  db: Db,
  workspaceId: string,
  selected: readonly { id: string }[],
): Promise<EditState> {
  const { rows: sources } = await sql<{ id: string; end: number }>`
    select id, next_number as end from sources
    where workspace_id = ${workspaceId} and id = any(${selected.map(({ id }) => id)}::text[]) and next_number > 0
    order by id`.execute(db);
  return { sources, at: 0, number: 0, done: 0, counts: { looked: 0, changed: 0, unchanged: 0, refused: 0 } };
}

function after(state: EditState, to: number, end: number, { looked, changed, refused }: Edited): EditState {
  const { counts } = state;
  return {
    ...state,
    ...(to < end ? { number: to } : { at: state.at + 1, number: 0 }),
    done: state.done + to - state.number,
    counts: {
      looked: counts.looked + looked,
      changed: counts.changed + changed,
      unchanged: counts.unchanged + looked - changed - refused.length,
      refused: counts.refused + refused.length,
    },
  };
}

const toError = ({ id, key, message }: Edited['refused'][number]) => ({
  item: `${id}: ${key}`,
  code: 'invalid_request',
  message,
  fix: 'Take tags off, or remove keys of its client metadata.',
});
