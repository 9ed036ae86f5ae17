import { once } from 'node:events';
import type { Io } from '../io.ts';
import { createStyle } from './style.ts';
import { type Column, createTable } from './table.ts';

/** Rows of a table that are written together, however long the list is. */
const ROWS_AT_ONCE = 1000;

/** Writes what a command found: for people, or as JSON and nothing else. */
export function createOutput(io: Io, json: boolean) {
  const style = createStyle(io.stdout, io.env);
  const errorStyle = createStyle(io.stderr, io.env);

  async function write(text: string): Promise<void> {
    if (!io.stdout.write(text)) await once(io.stdout, 'drain');
  }

  return {
    json,
    style,
    errorStyle,

    /** One thing. */
    async one(value: unknown, render: () => string): Promise<void> {
      await write(json ? `${JSON.stringify(value, null, 2)}\n` : render());
    },

    /** Many things: a JSON array, written as they come, or a table. `empty` is said where there are none. */
    async list<T>(
      items: AsyncIterable<T> | readonly T[],
      columns: readonly Column<T>[],
      empty: string,
    ): Promise<void> {
      if (json) {
        let lead = '[\n  ';
        for await (const item of items) {
          await write(lead + JSON.stringify(item));
          lead = ',\n  ';
        }
        await write(lead.startsWith('[') ? '[]\n' : '\n]\n');
        return;
      }
      const table = createTable(columns, style);
      let block: T[] = [];
      let isEmpty = true;
      for await (const item of items) {
        isEmpty = false;
        block.push(item);
        if (block.length < ROWS_AT_ONCE) continue;
        await write(table(block));
        block = [];
      }
      if (isEmpty) io.stderr.write(`${empty}\n`);
      else if (block.length > 0) await write(table(block));
    },

    /** Many things, each as a line of JSON, also without `--json`. */
    async lines(items: AsyncIterable<unknown>): Promise<void> {
      for await (const item of items) await write(`${JSON.stringify(item)}\n`);
    },

    /** Beside the data: what happened, what comes next. Not said where a program reads. */
    note(text: string): void {
      if (!json) io.stderr.write(`${text}\n`);
    },

    /** What the person should know even when a program reads. */
    warn(text: string): void {
      io.stderr.write(`${errorStyle.yellow('!')} ${text}\n`);
    },
  };
}
export type Output = ReturnType<typeof createOutput>;
