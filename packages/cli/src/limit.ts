import { InvalidArgumentError, Option } from 'commander';

/** `--limit`, a whole number from 1. */
export const limitOption = (fallback: number): Option =>
  new Option('--limit <number>', 'at most so many').default(fallback).argParser(text => {
    const limit = Number(text);
    if (Number.isSafeInteger(limit) && limit > 0) return limit;
    throw new InvalidArgumentError('Expected a whole number from 1.');
  });

export async function* take<T>(items: AsyncIterable<T>, limit: number): AsyncGenerator<T> {
  let left = limit;
  for await (const item of items) {
    yield item;
    if (--left === 0) return;
  }
}
