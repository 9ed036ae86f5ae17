import { z } from 'zod';
import type { LabelStudioClient } from './client.ts';
import { strangeAnswer } from './failure.ts';

/** What Mooring writes into the task of an asset. */
export interface TaskContent {
  data: Record<string, unknown>;
  meta: Record<string, unknown>;
}

/** Ids that fit into one address. */
const IDS_AT_ONCE = 200;
const PAGE = 500;

const listed = <T extends z.ZodType>(task: T) => z.object({ total: z.number().int(), tasks: z.array(task) });
const anything = z.unknown();
const content = z.object({ data: z.record(z.string(), z.unknown()) });
const filterOf = (name: string, operator: string, type: string, value: unknown) => ({
  filter: `filter:tasks:${name}`,
  operator,
  type,
  value,
});
const allOf = (...items: object[]) => ({ conjunction: 'and', items });

/**
 * The tasks of one project. Sources: https://labelstud.io/guide/tasks, https://api.labelstud.io and the Data Manager's
 * filters at https://labelstud.io/sdk/data_manager.html
 */
export function createTasks({ call, find }: LabelStudioClient, projectId: number, host: string) {
  const project = String(projectId);
  const list = <T>(query: object, include: string, task: z.ZodType<T>, page = 1, size = PAGE) =>
    call(
      {
        path: '/api/tasks',
        query: {
          project,
          page: String(page),
          page_size: String(size),
          include,
          query: JSON.stringify(query),
        },
        what: 'the request for tasks',
      },
      listed(task),
      'a list of tasks',
    );

  /** Puts new content in place of the old one; annotations stay. @returns false where there is no such task */
  async function change(taskId: number, body: Partial<TaskContent>): Promise<boolean> {
    const what = `the change of the task ${taskId}`;
    const path = `/api/tasks/${taskId}`;
    return (await find({ method: 'PATCH', path, body, what }, content, 'a task')) !== null;
  }

  return {
    /** The greatest id of a task so far; 0: there are none. */
    async newestId(): Promise<number> {
      const { tasks } = await list({ ordering: ['-tasks:id'] }, 'id', z.object({ id: z.number() }), 1, 1);
      return tasks[0]?.id ?? 0;
    },

    /** Makes tasks, all or none. @returns their ids, in the same order */
    async create(contents: readonly TaskContent[]): Promise<number[]> {
      const what = 'the import of tasks';
      const { task_ids: ids } = await call(
        {
          method: 'POST',
          path: `/api/projects/${project}/import`,
          query: { return_task_ids: 'true' },
          body: contents,
          what,
        },
        z.object({ task_ids: z.array(z.number().int()) }),
        'the ids of the tasks',
      );
      if (ids.length !== contents.length) throw strangeAnswer(host, what, `${contents.length} ids of tasks`);
      return ids;
    },

    /** Tasks with ids above `after`, oldest first, and the rest that another call gets. */
    async above(after: number) {
      const { tasks } = await list(
        { ordering: ['tasks:id'], filters: allOf(filterOf('id', 'greater', 'Number', after)) },
        'id,meta',
        z.object({ id: z.number(), meta: z.object({ mooring: z.unknown() }).partial().nullable() }),
      );
      return { tasks, isLast: tasks.length < PAGE };
    },

    change,

    /** Marks a task as gone, and leaves all else as it is. @returns false where there is no such task */
    async mark(taskId: number): Promise<boolean> {
      const what = `the request for the task ${taskId}`;
      const found = await find({ path: `/api/tasks/${taskId}`, what }, content, 'a task');
      return found !== null && change(taskId, { data: { ...found.data, mooringStatus: 'gone' } });
    },

    /**
     * Deletes tasks that have no annotation, no skipped one and no draft. Label Studio looks at the moment of the
     * deletion, so that work which is done meanwhile stays.
     * @returns those that are still there
     */
    async removeUntouched(taskIds: readonly number[]): Promise<number[]> {
      const kept: number[] = [];
      for (let at = 0; at < taskIds.length; at += IDS_AT_ONCE) {
        // Never empty: no ids would stand for all tasks of the project.
        const selectedItems = { all: false, included: taskIds.slice(at, at + IDS_AT_ONCE) };
        const filters = allOf(
          filterOf('total_annotations', 'equal', 'Number', 0),
          filterOf('cancelled_annotations', 'equal', 'Number', 0),
          filterOf('draft_exists', 'equal', 'Boolean', false),
        );
        await call(
          {
            method: 'POST',
            path: '/api/dm/actions',
            query: { id: 'delete_tasks', project },
            body: { selectedItems, filters },
            what: 'the deletion of tasks',
          },
          anything,
          'what it deleted',
        );
        const { tasks } = await list({ selectedItems }, 'id', z.object({ id: z.number() }));
        kept.push(...tasks.map(({ id }) => id));
      }
      return kept;
    },

    /** Tasks with annotations and ids above `after`, oldest first. */
    async annotatedAbove(after: number) {
      const { tasks } = await list(
        {
          ordering: ['tasks:id'],
          filters: allOf(
            filterOf('id', 'greater', 'Number', after),
            filterOf('total_annotations', 'greater', 'Number', 0),
          ),
        },
        'id,total_annotations',
        z.object({ id: z.number(), total_annotations: z.number().int() }),
      );
      return { tasks, isLast: tasks.length < PAGE };
    },
  };
}
export type Tasks = ReturnType<typeof createTasks>;
