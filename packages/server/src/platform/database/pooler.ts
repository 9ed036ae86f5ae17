import pg from 'pg';
import { MooringError } from '../problem.ts';

/** Other clients that are opened to see whether they get the session of the first. */
const OTHERS = 3;

/**
 * Makes sure that a connection keeps its session of the server. Behind a pooler in transaction or statement mode each
 * transaction can get another one; locks that belong to a session, and LISTEN, then stay behind and are lost.
 *
 * A pooler gives its clients process ids of its own. Only then others are opened, each with a transaction, until one
 * has the session of the first, or the first has got another.
 * https://www.pgbouncer.org/features.html
 * @throws MooringError `unavailable`
 */
export async function refuseSharedSessions(client: pg.Client, config: pg.ClientConfig): Promise<void> {
  const own = await sessionOf(client);
  if (own === (client as { processID?: number }).processID) return;
  const others: pg.Client[] = [];
  try {
    for (let i = 0; i < OTHERS; i++) {
      const other = new pg.Client(config);
      other.on('error', () => {}); // the query that is under way fails with it
      others.push(other);
      await other.connect();
      await other.query('begin').catch(refuseStatementMode);
      if ((await sessionOf(other)) === own || (await sessionOf(client)) !== own) throw shared(client);
    }
  } finally {
    await Promise.all(others.map(other => other.end().catch(() => {}))); // it never was open
  }

  function refuseStatementMode(error: Error): never {
    throw /transaction.* not allowed/i.test(error.message) ? shared(client, error) : error;
  }
}

const sessionOf = async (client: pg.Client): Promise<number> =>
  (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid;

const shared = ({ host, port }: pg.Client, cause?: Error): MooringError =>
  new MooringError(
    'unavailable',
    `DATABASE_URL leads to a connection pooler at ${host}:${port} that gives each transaction another session of the database server (transaction mode). Mooring needs sessions of its own: for locks, and for notifications (LISTEN).`,
    {
      fix: 'Set the pooler to session mode (PgBouncer: pool_mode = session), or put the port of the database server itself into DATABASE_URL, mostly 5432.',
      ...(cause && { cause }),
    },
  );
