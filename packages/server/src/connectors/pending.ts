import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Trx } from '../catalogue/db.ts';
import { assetOf } from './label-studio/content.ts';
import type { Push } from './push.ts';

/** Longer than Label Studio goes on with a request whose answer no one waits for. */
const SETTLED_AFTER_MS = 90_000;
const LOOK_AGAIN_MS = 2000;

const pendingTasks = z.object({
  /** Ids of the tasks are above it. */
  after: z.number(),
  sentAt: z.iso.datetime(),
  /** The hash in hexadecimal. */
  tasks: z.array(z.object({ assetId: z.string(), hash: z.string() })),
});
export type PendingTasks = z.infer<typeof pendingTasks>;

/** Notes tasks before they are sent, or that none are under way any more. */
export async function notePending(trx: Trx, push: Push, pending: PendingTasks | null): Promise<void> {
  await trx
    .updateTable('connectors')
    .set({ pending: pending && JSON.stringify(pending) })
    .where('workspace_id', '=', push.workspaceId)
    .where('id', '=', push.connectorId)
    .execute();
}

export interface MadeTask {
  assetId: string;
  taskId: number;
  hash: Buffer;
}

/** Writes down which asset is which task. */
export async function addTasks(trx: Trx, push: Push, made: readonly MadeTask[]): Promise<void> {
  if (made.length === 0) return;
  await trx
    .insertInto('connector_tasks')
    .values(
      made.map(({ assetId, taskId, hash }) => ({
        ...{ workspace_id: push.workspaceId, connector_id: push.connectorId },
        ...{ asset_id: assetId, task_id: taskId, data_hash: hash },
      })),
    )
    .execute();
}

/**
 * Finds out what has become of tasks whose answer was lost, because a process or the network failed. Label Studio makes
 * all tasks of a request or none, so they are there, or will be soon, or never. What is there twice is removed.
 */
export async function settlePending(push: Push, stored: unknown): Promise<void> {
  if (stored === null) return;
  const { after, sentAt, tasks } = pendingTasks.parse(stored);
  const hashes = new Map(tasks.map(({ assetId, hash }) => [assetId, Buffer.from(hash, 'hex')]));
  const until = Date.parse(sentAt) + (push.settledAfterMs ?? SETTLED_AFTER_MS);
  let found = await findMade(push, after, hashes);
  while (found.made.length === 0 && push.clock.now().getTime() < until) {
    await pause(Math.min(LOOK_AGAIN_MS, until - push.clock.now().getTime()), undefined, {
      signal: push.signal,
    });
    found = await findMade(push, after, hashes);
  }
  if (found.twice.length > 0) await push.tasks.removeUntouched(found.twice);
  await push.save(async trx => {
    await addTasks(trx, push, found.made);
    await notePending(trx, push, null);
    return {};
  });
}

async function findMade(push: Push, after: number, hashes: ReadonlyMap<string, Buffer>) {
  const made = new Map<string, MadeTask>();
  const twice: number[] = [];
  for (let above = after; ; ) {
    const { tasks, isLast } = await push.tasks.above(above);
    for (const { id, meta } of tasks) {
      const assetId = assetOf(meta?.mooring, push.connectorId);
      const hash = assetId === null ? undefined : hashes.get(assetId);
      if (assetId === null || !hash) continue;
      if (made.has(assetId)) twice.push(id);
      else made.set(assetId, { assetId, taskId: id, hash });
    }
    const last = tasks.at(-1);
    if (isLast || !last) return { made: [...made.values()], twice };
    above = last.id;
  }
}
