import { sql } from 'kysely';
import type { Trx } from '../catalogue/db.ts';
import type { Push } from './push.ts';

/** The annotations of tasks with ids above `after`, and up to `last`; null: all others have none. */
export interface Annotations {
  after: number;
  last: number | null;
  tasks: { id: number; annotations: number }[];
}

/** Asks the tool for the next tasks that have annotations. */
export async function readAnnotations(push: Push, after: number): Promise<Annotations> {
  const { tasks, isLast } = await push.tasks.annotatedAbove(after);
  return {
    after,
    last: isLast ? null : tasks.at(-1)!.id,
    tasks: tasks.map(({ id, total_annotations: annotations }) => ({ id, annotations })),
  };
}

/** Writes only what differs. Tasks of others in the project are left out. */
export async function writeAnnotations(
  trx: Trx,
  { workspaceId, connectorId }: Push,
  { after, last, tasks }: Annotations,
): Promise<void> {
  await sql`
    update connector_tasks t set annotations = n.annotations
    from (
      select t.task_id, coalesce(found.annotations, 0) as annotations from connector_tasks t
      left join unnest(${tasks.map(({ id }) => id)}::int8[], ${tasks.map(task => task.annotations)}::int4[])
        as found (task_id, annotations) using (task_id)
      where t.workspace_id = ${workspaceId} and t.connector_id = ${connectorId}
        and t.task_id > ${after} and (${last}::int8 is null or t.task_id <= ${last})
        and t.annotations <> coalesce(found.annotations, 0)
    ) n
    where t.workspace_id = ${workspaceId} and t.connector_id = ${connectorId} and t.task_id = n.task_id`.execute(
    trx,
  );
}
