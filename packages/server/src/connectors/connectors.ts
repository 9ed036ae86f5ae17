import type { Connector, ConnectorCreate, ConnectorUpdate, Operation, Page } from '@mooring/contract';
import type { Clock, Guard } from '@mooring/storage/server';
import { sql } from 'kysely';
import type { Maker } from '../access/caller.ts';
import type { Links } from '../access/links.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { decodeCursor, type PageRequest, pageById } from '../catalogue/cursor.ts';
import type { Db } from '../catalogue/db.ts';
import { nextRevision } from '../catalogue/revision.ts';
import { requireStorable } from '../catalogue/storable.ts';
import type { Operations } from '../operations/operations.ts';
import { newId } from '../platform/ids.ts';
import { requireOutgoingUrl } from '../platform/outgoing-url.ts';
import { MooringError } from '../platform/problem.ts';
import type { SecretBox } from '../platform/secrets.ts';
import { ensureLink, linkFor } from './connector-link.ts';
import { createLabelStudioClient, type LabelStudioAccess } from './label-studio/client.ts';
import { type Project, readProject } from './label-studio/project.ts';
import {
  type ConnectorRow,
  filterOf,
  findConnector,
  sealSecrets,
  toConnector,
  unsealSecrets,
} from './row.ts';

export interface ConnectorDependencies {
  db: Db;
  clock: Clock;
  catalogue: Pick<Catalogue, 'requireSelectable'>;
  operations: Pick<Operations, 'start'>;
  links: Links;
  secrets: SecretBox;
  guard: Guard;
}

/** Tools that assets are pushed to. */
export function createConnectors(dependencies: ConnectorDependencies) {
  const { db, clock, catalogue, operations, links, secrets, guard } = dependencies;

  async function toConnectors(rows: readonly ConnectorRow[]): Promise<Connector[]> {
    const workspaceId = rows[0]?.workspace_id;
    if (workspaceId === undefined) return [];
    const [counts, found] = await Promise.all([
      sql<{ id: string } & Connector['tasks']>`
        select connector_id as id, count(*) filter (where not is_gone) as present,
          count(*) filter (where is_gone) as gone, count(*) filter (where annotations > 0) as annotated
        from connector_tasks
        where workspace_id = ${workspaceId} and connector_id = any(${rows.map(({ id }) => id)}::text[])
        group by connector_id`.execute(db),
      sql<{ id: string; expires_at: Date }>`
        select id, expires_at from links where workspace_id = ${workspaceId} and expires_at > ${clock.now()}
          and id = any(${rows.map(({ link_id }) => link_id)}::text[])`.execute(db),
    ]);
    const tasks = new Map(counts.rows.map(({ id, ...counted }) => [id, counted]));
    const linkOf = new Map(found.rows.map(link => [link.id, link]));
    return rows.map(row =>
      toConnector(
        row,
        tasks.get(row.id) ?? { present: 0, gone: 0, annotated: 0 },
        linkOf.get(row.link_id ?? ''),
      ),
    );
  }

  async function getConnector(workspaceId: string, connectorId: string): Promise<Connector> {
    const [found] = await toConnectors([await findConnector(db, workspaceId, connectorId)]);
    return found!;
  }

  const ask = (access: LabelStudioAccess, projectId: number, signal: AbortSignal): Promise<Project> =>
    readProject(createLabelStudioClient(access, { guard, signal }), projectId);

  return {
    getConnector,

    async listConnectors(workspaceId: string, { cursor, limit }: PageRequest): Promise<Page<Connector>> {
      const rows = await db
        .selectFrom('connectors')
        .selectAll()
        .where('workspace_id', '=', workspaceId)
        .$if(cursor !== undefined, query => query.where('id', '<', decodeCursor(cursor!, 1)[0]!))
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      const { items, nextCursor } = pageById(rows, limit, row => row);
      return { items: await toConnectors(items), nextCursor };
    },

    /**
     * @throws MooringError `invalid_request` for a URL that Mooring sends nothing to; `tool_refused` and
     * `tool_unavailable` as the tool answers; `conflict` where one has the name; `not_found` for folder or dataset
     */
    async createConnector(
      maker: Maker,
      { url: entered, token, name, tool, projectId, filter, whenGone, everySeconds }: ConnectorCreate,
      { baseUrl, signal }: { baseUrl: string; signal: AbortSignal },
    ): Promise<Connector> {
      const { workspaceId } = maker;
      requireStorable({ url: entered });
      requireOutgoingUrl(entered, guard, 'give the token by itself.');
      const url = toolUrl(entered);
      await catalogue.requireSelectable(workspaceId, { ...filter, status: 'present' });
      const { title } = await ask({ url, token }, projectId, signal);
      const now = clock.now();
      const row = { workspace_id: workspaceId, id: newId('connector', now.getTime()), url };
      const link = await links.createLink(maker, linkFor({ name, filter }), baseUrl);
      try {
        await db
          .insertInto('connectors')
          .values({
            ...row,
            ...{ name, tool, project_id: projectId, project_title: title, filter: JSON.stringify(filter) },
            ...{ when_gone: whenGone, every_seconds: everySeconds, link_id: link.id, base_url: baseUrl },
            secrets_sealed: sealSecrets(secrets, row, { token, linkToken: link.token }),
            ...{ pending: null, last_push_at: null, created_at: now, updated_at: now },
          })
          .execute();
      } catch (error) {
        await links.deleteLink(workspaceId, link.id);
        throw sameName(error, name);
      }
      return getConnector(workspaceId, row.id);
    },

    /**
     * @param ifRevision the revision that the change was made for; undefined for any
     * @throws MooringError `not_found`; `conflict`; `stale_revision`; where there is a new token, as the tool answers it
     */
    async updateConnector(
      workspaceId: string,
      connectorId: string,
      { name, token, whenGone, everySeconds }: ConnectorUpdate,
      { ifRevision, signal }: { ifRevision: number | undefined; signal: AbortSignal },
    ): Promise<Connector> {
      const row = await findConnector(db, workspaceId, connectorId);
      const project = token && (await ask({ url: row.url, token }, row.project_id, signal));
      const { linkToken } = unsealSecrets(secrets, row);
      await db
        .transaction()
        .execute(async trx => {
          const mine = sql`workspace_id = ${workspaceId} and id = ${connectorId}`;
          await trx
            .updateTable('connectors')
            .set({
              revision: await nextRevision(trx, 'connectors', mine, ifRevision),
              updated_at: clock.now(),
              ...(name !== undefined && { name }),
              ...(whenGone !== undefined && { when_gone: whenGone }),
              ...(everySeconds !== undefined && { every_seconds: everySeconds }),
              ...(project && {
                project_title: project.title,
                secrets_sealed: sealSecrets(secrets, row, { token: token!, linkToken }),
              }),
            })
            .where('workspace_id', '=', workspaceId)
            .where('id', '=', connectorId)
            .execute();
        })
        .catch(error => {
          throw sameName(error, name ?? row.name);
        });
      return getConnector(workspaceId, connectorId);
    },

    /** The tasks stay in the tool, which can open nothing any more. @throws MooringError `not_found` */
    async deleteConnector(workspaceId: string, connectorId: string): Promise<void> {
      const { link_id: linkId } = await findConnector(db, workspaceId, connectorId);
      await db.transaction().execute(async trx => {
        const of = { workspace_id: workspaceId, id: connectorId };
        await sql`delete from links where workspace_id = ${workspaceId} and id = ${linkId}`.execute(trx);
        await sql`delete from connectors where workspace_id = ${of.workspace_id} and id = ${of.id}`.execute(
          trx,
        );
      });
    },

    /** @throws MooringError `not_found`; `conflict` while a push of it goes on; as `createLink` */
    async push(maker: Maker, connectorId: string): Promise<Operation> {
      const row = await findConnector(db, maker.workspaceId, connectorId);
      await catalogue.requireSelectable(maker.workspaceId, filterOf(row));
      await ensureLink({ db, links, secrets, clock }, maker, row);
      return operations.start(maker.workspaceId, pushOf(connectorId));
    },
  };
}
export type Connectors = ReturnType<typeof createConnectors>;

export const pushOf = (connectorId: string) =>
  ({ kind: 'push', subject: { type: 'connector', id: connectorId }, unit: 'assets' }) as const;

/** People copy the address of a project: what stands behind the tool's own address is left out. */
const toolUrl = (entered: string): string => {
  const { origin, pathname } = new URL(entered);
  return origin + pathname.replace(/\/projects(\/.*)?$/, '').replace(/\/+$/, '');
};

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';

function sameName(error: unknown, name: string): unknown {
  if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) return error;
  return new MooringError('conflict', `There is a connector with the name ${JSON.stringify(name)} already.`, {
    fix: 'Choose another name.',
  });
}
