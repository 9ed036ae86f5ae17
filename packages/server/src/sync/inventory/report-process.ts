import { once } from 'node:events';
import type { Cell, InventoryRow } from '@mooring/storage/server';
import { readCsv } from './read-csv.ts';
import { readParquet } from './read-parquet.ts';
import type { FromProcess, Question, ReportStart, ToProcess } from './report-messages.ts';

// The process in which one file of a report is parsed. It can do nothing but ask the worker that started it, which
// kills it when it is done, and when it takes too much.

const ROWS_AT_ONCE = 2000;
/** No name of an object is nearly as long. */
const MOST_CELL_CHARS = 16_384;

const send = (message: FromProcess) => process.send!(message, undefined, undefined, () => {}); // where that fails, the worker has ended

async function next(): Promise<ToProcess> {
  const [message] = (await once(process, 'message')) as [ToProcess];
  return message;
}

/** The last question: its answer comes before that of the next. */
let asked: Promise<unknown> = Promise.resolve();

/** One question after the other: bytes are asked for while rows are taken, and an answer does not say which it is. */
function ask(question: Question): Promise<unknown> {
  const answered = asked.then(async () => {
    const answer = next();
    send(question);
    return ((await answer) as { answer: unknown }).answer;
  });
  asked = answered;
  return answered;
}

const readBytes = async (start: number, end: number): Promise<Uint8Array> =>
  (await ask({ ask: 'bytes', start, end })) as Uint8Array;
const fieldsOf = async (header: string[]): Promise<[field: string, name: string][]> =>
  (await ask({ ask: 'columns', header })) as [string, string][];

async function read(start: ReportStart): Promise<void> {
  const file = { ...start, readBytes, fieldsOf };
  let rows: InventoryRow[] = [];
  for await (const row of start.format === 'csv' ? readCsv(file) : readParquet(file)) {
    rows.push(Object.fromEntries(row.map(([field, cell]) => [field, plainCell(cell)])));
    if (rows.length < ROWS_AT_ONCE) continue;
    await ask({ ask: 'take', rows });
    rows = [];
  }
  if (rows.length > 0) await ask({ ask: 'take', rows });
}

function plainCell(cell: unknown): Cell {
  if (typeof cell === 'string' && cell.length > MOST_CELL_CHARS)
    throw new Error(`a cell has ${cell.length.toLocaleString('en')} characters`);
  return typeof cell === 'object' && !(cell instanceof Date) ? null : (cell as Cell);
}

process.on('disconnect', () => process.exit()); // the worker has ended
const { start } = (await next()) as { start: ReportStart };
await read(start).then(
  () => send({ done: true }),
  (error: Error) => send({ failure: error.message }),
);
