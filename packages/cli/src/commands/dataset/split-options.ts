import type { SplitRule } from '@mooring/contract';
import { type Command, InvalidArgumentError } from 'commander';

export interface SplitOptions {
  split?: SplitRule['shares'] | null;
  splitBy?: SplitRule['by'];
  seed?: string;
}

export const addSplitOptions = (command: Command): Command =>
  command
    .option(
      '--split <shares>',
      'shares of train, validation and test, e.g. 80/10/10; none: no splits',
      toShares,
    )
    .option('--split-by <what>', 'what decides: key, folder or metadata:KEY (default: key)', toBy)
    .option('--seed <text>', 'divide in another way');

/** The rule that the options say, on top of the one before; undefined where they say nothing. */
export function ruleOf(
  { split, splitBy, seed }: SplitOptions,
  before: SplitRule | null = null,
): SplitRule | null | undefined {
  if (split === undefined && splitBy === undefined && seed === undefined) return undefined;
  if (split === null) return null;
  return {
    shares: split ?? before?.shares ?? { train: 80, validation: 10, test: 10 },
    by: splitBy ?? before?.by ?? { kind: 'key' },
    seed: seed ?? before?.seed ?? '',
  };
}

function toShares(text: string): SplitRule['shares'] | null {
  if (text === 'none') return null;
  const [, train, validation, test] = /^(\d{1,5})\/(\d{1,5})\/(\d{1,5})$/.exec(text) ?? [];
  if (test !== undefined) return { train: Number(train), validation: Number(validation), test: Number(test) };
  throw new InvalidArgumentError('Expected three whole numbers such as 80/10/10, or none.');
}

function toBy(text: string): SplitRule['by'] {
  if (text === 'key' || text === 'folder') return { kind: text };
  if (text.startsWith('metadata:') && text.length > 9) return { kind: 'metadata', key: text.slice(9) };
  throw new InvalidArgumentError('Expected key, folder or metadata:KEY.');
}
