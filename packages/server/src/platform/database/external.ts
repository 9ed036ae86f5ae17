import pg from 'pg';
import type { Logger } from 'pino';
import { MooringError } from '../problem.ts';
import type { DatabaseServer } from './open.ts';
import { refuseSharedSessions } from './pooler.ts';
import { refusal } from './refusal.ts';

const OLDEST_MAJOR = 15;
const ANSWER_WITHIN_MS = 10_000;

/** What has to be known of a server. */
export interface Facts {
  version: string;
  major: number;
  encoding: string;
  isStandby: boolean;
  schema: string | null;
  createsTables: boolean;
  user: string;
  database: string;
}

const FACTS = `select current_setting('server_version') as version,
  current_setting('server_version_num')::int / 10000 as major,
  current_setting('server_encoding') as encoding,
  pg_is_in_recovery() as "isStandby",
  current_schema() as schema,
  exists (select from pg_namespace where nspname = 'public' and has_schema_privilege(oid, 'CREATE')) as "createsTables",
  quote_ident(current_user) as user, quote_ident(current_database()) as database`;

/**
 * Makes sure that the server at a URL can be the database of an installation.
 *
 * @throws MooringError `unavailable`; no password is in it
 */
export async function openExternal({
  databaseUrl,
  log,
}: {
  databaseUrl: string;
  log: Logger;
}): Promise<DatabaseServer> {
  const facts = await readFacts(databaseUrl);
  log.info({ version: facts.version, database: facts.database }, 'using the database server of DATABASE_URL');
  return {
    poolConfig: { connectionString: databaseUrl, application_name: 'mooring' },
    version: facts.version,
    stop: async () => {}, // it is not ours
  };
}

/** @throws MooringError `unavailable` where it refuses the connection, or is not fit */
async function readFacts(databaseUrl: string): Promise<Facts> {
  const config = {
    connectionString: databaseUrl,
    connectionTimeoutMillis: ANSWER_WITHIN_MS,
    query_timeout: ANSWER_WITHIN_MS,
  };
  let client: pg.Client | null = null;
  try {
    client = new pg.Client(config);
    client.on('error', () => {}); // the query that is under way fails with it
    await client.connect();
    const { rows } = await client.query<Facts>(FACTS);
    refuseUnfit(rows[0]!);
    await refuseSharedSessions(client, config);
    return rows[0]!;
  } catch (error) {
    throw error instanceof MooringError ? error : refusal(error, client);
  } finally {
    await client?.end().catch(() => {}); // it never was open
  }
}

/** @throws MooringError `unavailable` where it cannot hold an installation */
export function refuseUnfit(facts: Facts): void {
  const { user, database } = facts;
  if (facts.major < OLDEST_MAJOR) {
    throw unfit(
      `The database server is PostgreSQL ${facts.version}, and Mooring needs ${OLDEST_MAJOR} or newer.`,
      'Upgrade the server, or use another one.',
    );
  }
  if (facts.encoding !== 'UTF8') {
    throw unfit(
      `The database ${database} has the encoding ${facts.encoding}, and Mooring needs UTF8.`,
      `Make a database with UTF8: create database mooring encoding 'UTF8' template template0;`,
    );
  }
  if (facts.isStandby) {
    throw unfit(
      'The database server is a standby, which cannot be written to.',
      'Use the address of the primary.',
    );
  }
  if (!facts.createsTables) {
    throw unfit(
      `The user ${user} may not create tables in the schema public of the database ${database}.`,
      `As an administrator, run in that database: grant create on schema public to ${user};`,
    );
  }
  if (facts.schema !== 'public') {
    throw unfit(
      `The search_path of the user ${user} does not begin with the schema public, where Mooring's tables belong.`,
      `Run: alter role ${user} in database ${database} set search_path = public;`,
    );
  }
}

const unfit = (message: string, fix: string): MooringError =>
  new MooringError('unavailable', message, { fix });
