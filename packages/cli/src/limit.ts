import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Output } from './output/output.ts';

/** The most items that the API gives in one page. */
const PAGE_ITEMS = 1000;

export interface LimitOptions {
  limit: number;
  all?: true;
}

/** Adds `--limit`, a whole number from 1, and `--all`. */
export const addLimit = (command: Command, fallback: number): Command =>
  command
    .addOption(
      new Option('--limit <number>', 'list at most this many').default(fallback).argParser(text => {
        const limit = Number(text);
        if (Number.isSafeInteger(limit) && limit > 0) return limit;
        throw new InvalidArgumentError('Expected a whole number from 1.');
      }),
    )
    .addOption(new Option('--all', 'list all of them').conflicts('limit'));

/** The size of the pages to ask for: large enough to see in the first one whether more exist. */
export const pageLimit = ({ limit, all }: LimitOptions): number =>
  all ? PAGE_ITEMS : Math.min(limit + 1, PAGE_ITEMS);

/** The first items, as many as the options say. If there are more, the person and the program hear of it. */
export async function* take<T>(
  items: AsyncIterable<T>,
  { limit, all }: LimitOptions,
  out: Output,
): AsyncGenerator<T> {
  let left = all ? Number.POSITIVE_INFINITY : limit;
  for await (const item of items) {
    if (left-- === 0) {
      out.warn(`There are more than ${limit}. List all of them with --all, or more with --limit.`);
      return;
    }
    yield item;
  }
}
