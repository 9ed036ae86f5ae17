import { type Kysely, sql } from 'kysely';

// People have an e-mail address and a role, and come by invitation. The people of before are administrators. A token of
// before keeps what it could do: one that read also saw settings, so it becomes an editor's that changes nothing.
// A personal token has a member, and is deleted with them. `made_by` names the member who made a link, or the link that
// a session came from: what an administrator made is deleted with them too.
const ROLE = `check (role in ('viewer', 'annotator', 'editor', 'administrator'))`;
const STATEMENTS = `
alter table members add column email text, add column role text, add column last_signed_in_at timestamptz;
update members set role = case scope when 'admin' then 'administrator' when 'write' then 'editor' else 'viewer' end;
alter table members alter column role set not null, add ${ROLE}, drop column scope;
create unique index members_by_email on members (workspace_id, lower(email));
alter table tokens add column role text, add column read_only boolean not null default false, add column member_id text,
  add foreign key (workspace_id, member_id) references members on delete cascade;
update tokens set role = case scope when 'admin' then 'administrator' else 'editor' end, read_only = scope = 'read';
alter table tokens alter column role set not null, add ${ROLE}, drop column scope;
create index tokens_by_member on tokens (workspace_id, member_id) where member_id is not null;
alter table sign_in_links add column made_by text, add foreign key (workspace_id, made_by) references members on delete cascade;
alter table sessions add column made_by text, add foreign key (workspace_id, made_by) references members on delete cascade;
alter table setup_links add column made_by text, add foreign key (workspace_id, made_by) references members on delete cascade;
create table invitations (
  workspace_id text not null references workspaces, id text collate "C" not null, code_hash bytea not null unique,
  email text not null, role text not null ${ROLE}, made_by text, parent_token_id text,
  expires_at timestamptz not null, created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, made_by) references members on delete cascade,
  foreign key (workspace_id, parent_token_id) references tokens on delete cascade
);
create unique index invitations_by_email on invitations (workspace_id, lower(email));
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
