import type { Connector, ConnectorCreate } from '@mooring/contract';
import type { Selectable } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { Schema } from '../catalogue/schema.ts';
import { connectorSecrets } from '../catalogue/sealed-for.ts';
import { notFound } from '../platform/problem.ts';
import type { SecretBox } from '../platform/secrets.ts';

export type ConnectorRow = Selectable<Schema['connectors']>;

/** What opens the tool, and what the tool opens assets with. */
export interface ConnectorSecrets {
  token: string;
  /** Of the link. */
  linkToken: string;
}

export const sealSecrets = (
  box: SecretBox,
  row: Pick<ConnectorRow, 'workspace_id' | 'id' | 'url'>,
  secrets: ConnectorSecrets,
): Buffer => box.seal(JSON.stringify(secrets), connectorSecrets(row));

export const unsealSecrets = (box: SecretBox, row: ConnectorRow): ConnectorSecrets =>
  JSON.parse(box.unseal(row.secrets_sealed, connectorSecrets(row))) as ConnectorSecrets;

/** @throws MooringError `not_found` */
export async function findConnector(db: Db, workspaceId: string, connectorId: string): Promise<ConnectorRow> {
  const row = await db
    .selectFrom('connectors')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', connectorId)
    .executeTakeFirst();
  if (!row) throw notFound('connector', connectorId);
  return row;
}

/** Which assets a connector pushes: those that are there. */
export const filterOf = (row: ConnectorRow) => ({
  ...(row.filter as ConnectorCreate['filter']),
  status: 'present' as const,
});

export const toConnector = (
  row: ConnectorRow,
  tasks: Connector['tasks'],
  link: { id: string; expires_at: Date } | undefined,
): Connector => ({
  id: row.id,
  name: row.name,
  tool: row.tool as Connector['tool'],
  url: row.url,
  projectId: row.project_id,
  projectTitle: row.project_title,
  filter: row.filter as Connector['filter'],
  whenGone: row.when_gone as Connector['whenGone'],
  everySeconds: row.every_seconds,
  tasks,
  linkId: link?.id ?? null,
  linkExpiresAt: link?.expires_at.toISOString() ?? null,
  revision: row.revision,
  lastPushAt: row.last_push_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});
