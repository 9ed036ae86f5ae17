import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { cancelWithCaller } from './caller-signal.ts';

const INT8 = 20;

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === INT8 && format !== 'binary' ? safeNumber : pg.types.getTypeParser(oid, format),
};

/** Counts and sizes arrive as numbers. Throws where one would not be exact. */
function safeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number))
    throw new RangeError(`the int8 ${text} from the database is not exact as a number`);
  return number;
}

/**
 * A pool of at most `max` connections, in which `int8` arrives as number and `timestamptz` as Date.
 * @param queryTimeoutSeconds after so long the database gives a query up; by default never
 */
export function createPool(
  poolConfig: pg.PoolConfig,
  { max, queryTimeoutSeconds }: { max: number; queryTimeoutSeconds?: number },
): pg.Pool {
  const pool = new pg.Pool({
    ...poolConfig,
    types,
    max,
    // Once it is connected: connection poolers take no settings at the start, and name process ids of their own.
    onConnect: async client => {
      const { rows } = await client.query<{ pid: number }>(
        `select pg_backend_pid() as pid, set_config('statement_timeout', coalesce($1, current_setting('statement_timeout')), false)`,
        [queryTimeoutSeconds === undefined ? null : `${queryTimeoutSeconds}s`],
      );
      cancelWithCaller(client as pg.PoolClient, rows[0]!.pid, poolConfig);
    },
  });
  // An idle connection was lost. The pool has let go of it, and the next query fails if there is no other.
  pool.on('error', () => {});
  // A connection in use was lost between two queries: the next query on it fails. Without this listener the error
  // would end the process.
  pool.on('connect', client => client.on('error', () => {}));
  return pool;
}

/** Kysely on a pool. To end both, end the pool. */
export const createDb = <S>(pool: pg.Pool): Kysely<S> =>
  new Kysely<S>({ dialect: new PostgresDialect({ pool }) });

/** Kysely on one connection, for what happens in a transaction that was begun on it. */
export const createDbOn = <S>(client: pg.ClientBase): Kysely<S> => {
  const query = client.query.bind(client) as PostgresPoolClient['query'];
  const connect = async (): Promise<PostgresPoolClient> => ({ query, release: () => {} });
  return new Kysely<S>({
    dialect: new PostgresDialect({ pool: { connect, end: async () => {}, options: {} } }),
  });
};
