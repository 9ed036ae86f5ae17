import { createQueryId, PostgresQueryCompiler, type RawBuilder } from 'kysely';
import pg from 'pg';
import { to } from 'pg-copy-streams';

/**
 * The rows of a query in the binary format of `COPY`, as pieces that may end within a row. The connection is thrown away
 * where they are not read to their end.
 * https://www.postgresql.org/docs/current/sql-copy.html
 */
export async function* copyOut(
  pool: pg.Pool,
  query: RawBuilder<unknown>,
): AsyncGenerator<Buffer, void, void> {
  const client = await pool.connect();
  let isRead = false;
  try {
    yield* client.query(to(`copy (${withValues(query)}) to stdout (format binary)`)) as AsyncIterable<Buffer>;
    isRead = true;
  } finally {
    client.release(!isRead);
  }
}

/** The query with its values in it as literals, because `COPY` takes no parameters. */
const withValues = (query: RawBuilder<unknown>): string =>
  new LiteralCompiler().compileQuery(query.toOperationNode() as never, createQueryId()).sql;

class LiteralCompiler extends PostgresQueryCompiler {
  protected override appendValue(value: unknown): void {
    this.append(pg.escapeLiteral(Array.isArray(value) ? `{${value.map(elementOf).join()}}` : textOf(value)));
  }
}

/** An element of an array: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
const elementOf = (value: unknown): string => `"${textOf(value).replaceAll(/["\\]/g, '\\$&')}"`;

function textOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  if (value instanceof Date) return value.toISOString();
  throw new TypeError(
    `A query has a value of type ${typeof value}; expected texts, numbers, times or lists.`,
  );
}
