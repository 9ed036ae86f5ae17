import { sql } from 'kysely';
import type { ExportedAsset } from '../exports/format.ts';
import type { ItemError } from '../operations/handler.ts';
import { contentOf, hashOf } from './label-studio/content.ts';
import type { TaskContent } from './label-studio/tasks.ts';
import { addTasks, notePending } from './pending.ts';
import { eachOf, type Push } from './push.ts';

interface Known {
  asset_id: string;
  task_id: number;
  data_hash: Buffer;
  is_gone: boolean;
}
interface Told {
  asset: ExportedAsset;
  content: TaskContent;
  hash: Buffer;
}

/** What has become of some assets. */
export interface Pushed {
  looked: number;
  added: number;
  changed: number;
  unchanged: number;
  refused: ItemError[];
  /** To write down in the transaction that ends the batch. */
  changes: { taskId: number; hash: Buffer; isThere: boolean }[];
}

/** Makes tasks of new assets, and tells the tasks of changed ones. Memory: the contents of these assets. */
export async function pushAssets(push: Push, assets: readonly ExportedAsset[]): Promise<Pushed> {
  const known = await findKnown(push, assets);
  const fresh: Told[] = [];
  const changed: (Told & { taskId: number })[] = [];
  const refused: ItemError[] = [];
  for (const asset of assets) {
    const content = contentOf(asset, push.told);
    if (!content) {
      refused.push(notShown(asset));
      continue;
    }
    const told = { asset, content, hash: hashOf(content) };
    const task = known.get(asset.id);
    if (!task) fresh.push(told);
    else if (task.is_gone || !task.data_hash.equals(told.hash))
      changed.push({ ...told, taskId: task.task_id });
  }
  await makeTasks(push, fresh);
  const changes = await eachOf(changed, async ({ taskId, content, hash }) => ({
    ...{ taskId, hash },
    isThere: await push.tasks.change(taskId, content),
  }));
  const counted = { looked: assets.length, added: fresh.length, changed: changed.length };
  const unchanged = assets.length - fresh.length - changed.length - refused.length;
  return { ...counted, unchanged, refused, changes };
}

async function findKnown(
  { db, workspaceId, connectorId }: Push,
  assets: readonly ExportedAsset[],
): Promise<Map<string, Known>> {
  const rows = await db
    .selectFrom('connector_tasks')
    .select(['asset_id', 'task_id', 'data_hash', 'is_gone'])
    .where('workspace_id', '=', workspaceId)
    .where('connector_id', '=', connectorId)
    .where(sql<boolean>`asset_id = any(${assets.map(({ id }) => id)}::text[])`)
    .execute();
  return new Map(rows.map(row => [row.asset_id, row]));
}

/** Tasks are noted before they are sent, so that none is made twice where their answer is lost. */
async function makeTasks(push: Push, fresh: readonly Told[]): Promise<void> {
  if (fresh.length === 0) return;
  const after = await push.tasks.newestId();
  const tasks = fresh.map(({ asset, hash }) => ({ assetId: asset.id, hash: hash.toString('hex') }));
  await push.save(async trx => {
    await notePending(trx, push, { after, sentAt: push.clock.now().toISOString(), tasks });
    return {};
  });
  const ids = await push.tasks.create(fresh.map(({ content }) => content));
  await push.save(async trx => {
    const made = fresh.map(({ asset, hash }, at) => ({ assetId: asset.id, taskId: ids[at]!, hash }));
    await addTasks(trx, push, made);
    await notePending(trx, push, null);
    return {};
  });
}

const notShown = ({ id, key, kind }: ExportedAsset): ItemError => ({
  item: `${id}: ${key}`,
  code: 'tool_refused',
  message: `The labeling interface of the project shows nothing of the kind ${kind}.`,
  fix: 'Leave assets of this kind out of the connector, or add a tag for them to the labeling interface.',
});
