import { type Kysely, sql } from 'kysely';

// What a token makes ends with it: links, sessions that come from them, and tokens. Deleting the token deletes them.
// Sessions and sign-in links get ids, by which they are listed and ended; those that there are get one from their hash.
// `issued_urls` names an object that is no asset by its key: then `asset_id` is a hash of the key.
const STATEMENTS = `
alter table tokens add column parent_token_id text, add foreign key (workspace_id, parent_token_id) references tokens on delete cascade;
create index tokens_by_parent on tokens (workspace_id, parent_token_id) where parent_token_id is not null;
alter table sessions add column id text collate "C", add column parent_token_id text,
  add foreign key (workspace_id, parent_token_id) references tokens on delete cascade;
update sessions set id = 'ses_' || left(encode(token_hash, 'hex'), 20);
alter table sessions alter column id set not null, add unique (workspace_id, id);
create index sessions_by_parent on sessions (workspace_id, parent_token_id) where parent_token_id is not null;
alter table sign_in_links add column id text collate "C", add column parent_token_id text,
  add foreign key (workspace_id, parent_token_id) references tokens on delete cascade;
update sign_in_links set id = 'sil_' || left(encode(code_hash, 'hex'), 20);
alter table sign_in_links alter column id set not null, add unique (workspace_id, id);
create index sign_in_links_by_parent on sign_in_links (workspace_id, parent_token_id) where parent_token_id is not null;
alter table setup_links add column parent_token_id text, add foreign key (workspace_id, parent_token_id) references tokens on delete cascade;
create index setup_links_by_parent on setup_links (workspace_id, parent_token_id) where parent_token_id is not null;
alter table issued_urls add column key text;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
