import { type Kysely, sql } from 'kysely';

// Workers take operations from their own table: `due_at` says when at the earliest, `failures` how often an operation
// has failed since it last got on. The queue that carried them before (schema `mooring_queue`) stays for a day, for
// processes of the version before that still run: the task `drop the former queue` drops it.
const STATEMENTS = `
alter table operations add column due_at timestamptz not null default now();
alter table operations add column failures int not null default 0;
create index operations_due on operations (due_at) where status in ('queued', 'running', 'cancelling');
insert into schedule_tasks (name, due_at) values ('drop the former queue', now() + interval '1 day')
on conflict (name) do nothing;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
