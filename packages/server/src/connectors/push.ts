import type { Clock, Guard } from '@mooring/storage/server';
import type { Pool } from 'pg';
import type { Links } from '../access/links.ts';
import type { Db, Trx } from '../catalogue/db.ts';
import type { OperationRun, RunState } from '../operations/handler.ts';
import { notFound } from '../platform/problem.ts';
import type { SecretBox } from '../platform/secrets.ts';
import { renewLink } from './connector-link.ts';
import { createLabelStudioClient } from './label-studio/client.ts';
import { type DataKeys, readProject } from './label-studio/project.ts';
import { createTasks, type Tasks } from './label-studio/tasks.ts';
import { type ConnectorRow, unsealSecrets } from './row.ts';

export interface PushDependencies {
  db: Db;
  pool: Pool;
  clock: Clock;
  links: Pick<Links, 'renewLink'>;
  secrets: SecretBox;
  guard: Guard;
  /** What the tool reaches this installation under; null: what it was when the connector was made. */
  publicUrl: string | null;
  /** For tests: after so long, tasks that were sent and are not there will not come. */
  settledAfterMs?: number;
}

/** A push that goes on: what its steps need. */
export interface Push {
  db: Db;
  pool: Pool;
  clock: Clock;
  workspaceId: string;
  connectorId: string;
  tasks: Tasks;
  /** What this connector writes into all its tasks. */
  told: { id: string; baseUrl: string; linkToken: string; keys: DataKeys };
  signal: AbortSignal;
  settledAfterMs: number | undefined;
  /** One transaction: the work, and how far the push has come. */
  save(work: (trx: Trx) => Promise<RunState<'push'>>): Promise<void>;
  addErrors: OperationRun<'push'>['addErrors'];
}

/** Opens the tool. @throws MooringError `tool_refused`, `tool_unavailable`, `link_invalid` */
export async function openPush(
  { db, pool, clock, links, secrets, guard, publicUrl, settledAfterMs }: PushDependencies,
  run: OperationRun<'push'>,
  row: ConnectorRow,
): Promise<Push> {
  const { workspaceId, signal } = run;
  const { token, linkToken } = unsealSecrets(secrets, row);
  await renewLink(links, row);
  const client = createLabelStudioClient({ url: row.url, token }, { guard, signal });
  const { keys } = await readProject(client, row.project_id);
  return {
    ...{ db, pool, clock, workspaceId, connectorId: row.id, signal, settledAfterMs },
    tasks: createTasks(client, row.project_id, new URL(row.url).host),
    told: { id: row.id, baseUrl: publicUrl ?? row.base_url, linkToken, keys },
    async save(work) {
      signal.throwIfAborted();
      await db.transaction().execute(async trx => {
        await run.save(trx, {}); // locks the operation first
        await lockConnector(trx, row);
        await run.save(trx, await work(trx));
      });
    },
    addErrors: run.addErrors,
  };
}

/** @throws MooringError `not_found` where it was removed meanwhile */
async function lockConnector(trx: Trx, { workspace_id, id }: ConnectorRow): Promise<void> {
  const row = await trx
    .selectFrom('connectors')
    .select('id')
    .where('workspace_id', '=', workspace_id)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!row) throw notFound('connector', id);
}

const AT_ONCE = 4;

/** Does something with each item, some of them at the same time, in the order of the items. */
export async function eachOf<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE)
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(act))));
  return results;
}
