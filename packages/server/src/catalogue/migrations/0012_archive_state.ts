import { type Kysely, sql } from 'kysely';

// `archive_state`: whether a read of the object would be refused: see ArchiveState in the contract. Until now only
// the name of Azure's archive tier said so. The default takes no time, however many assets there are; only the rows
// of archived ones are written. Digests stay as they are, so the next sync reads the chunks of archived assets once,
// and mends their digests.
const STATEMENTS = `
alter table assets add column archive_state text not null default 'readable';
update assets set archive_state = 'archived' where tier = 'Archive';
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
