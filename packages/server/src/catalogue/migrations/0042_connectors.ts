import { type Kysely, sql } from 'kysely';

// `pending`: tasks that were sent to the tool and of which no answer was written down. A row of `connector_tasks` is made
// once the tool has said the id of the task, and its hash says what the task was told last.
const STATEMENTS = `
create table connectors (
  workspace_id text not null references workspaces, id text collate "C" not null, name text collate "C" not null,
  tool text not null, url text not null, project_id int4 not null, project_title text not null,
  secrets_sealed bytea not null, filter jsonb not null, when_gone text not null, every_seconds int4, link_id text,
  base_url text not null, pending jsonb, last_push_at timestamptz, created_at timestamptz not null,
  updated_at timestamptz not null, revision int not null default 1, primary key (workspace_id, id)
);
create unique index connectors_by_name on connectors (workspace_id, name);
create table connector_tasks (
  workspace_id text not null, connector_id text collate "C" not null, asset_id text collate "C" not null,
  task_id int8 not null, data_hash bytea not null, is_gone boolean not null default false,
  annotations int4 not null default 0, primary key (workspace_id, connector_id, asset_id),
  foreign key (workspace_id, connector_id) references connectors on delete cascade
);
create unique index connector_tasks_by_task on connector_tasks (workspace_id, connector_id, task_id);
create index connector_tasks_annotated on connector_tasks (workspace_id, asset_id) where annotations > 0;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
