import { type Kysely, sql } from 'kysely';

// Which person of an OpenID provider a member is. `is_oidc`: the session was begun at the provider, so signing out can
// go on there.
const STATEMENTS = `
alter table members add column oidc_issuer text, add column oidc_subject text,
  add check ((oidc_issuer is null) = (oidc_subject is null));
create unique index members_by_oidc on members (workspace_id, oidc_issuer, oidc_subject);
alter table sessions add column is_oidc boolean not null default false;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
