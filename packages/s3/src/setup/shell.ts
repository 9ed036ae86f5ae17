import { sh } from '@mooring/storage';
import { isAmazon } from '../services.ts';

/** Stops at the first failure without closing the shell that it is pasted into, and leaves no variables there. */
export const shellBlock = (lines: readonly string[]): string =>
  ['( set -eu', ...lines.map(line => `  ${line}`), ')'].join('\n');

/** One command over several lines. */
export const continued = (...parts: readonly string[]): string => parts.join(' \\\n    ');

export const lines = (...all: readonly (string | readonly string[])[]): string => all.flat().join('\n');

/** What leads the CLI to a storage that is not Amazon's; begins with a space. */
export const endpointOption = (endpoint: string): string =>
  isAmazon(endpoint) ? '' : ` --endpoint-url ${sh(endpoint)}`;
