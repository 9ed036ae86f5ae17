import type { Command } from 'commander';
import { UsageError } from '../../failure.ts';

export interface MetadataOptions {
  set?: string[];
  setJson?: string[];
  unset?: string[];
}

const several = (value: string, before: string[] = []): string[] => [...before, value];

/** Options that change client metadata; each can be given several times. */
export const addMetadataOptions = (command: Command): Command =>
  command
    .option('--set <key=text>', 'set a key to a text', several)
    .option('--set-json <key=json>', 'set a key to a number, true, false, a list or an object', several)
    .option('--unset <key>', 'remove a key', several);

/** @throws UsageError where an option has no key, or no JSON */
export const metadataOf = ({
  set = [],
  setJson = [],
  unset = [],
}: MetadataOptions): Record<string, unknown> =>
  Object.fromEntries([
    ...set.map(text => pairOf(text)),
    ...setJson.map(text => {
      const [key, json] = pairOf(text);
      return [key, parse(json, text)] as const;
    }),
    ...unset.map(key => [key, null] as const),
  ]);

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`${JSON.stringify(text)} is not key=value.`, 'Write it so: patient=p-0042.');
}

function parse(json: string, text: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new UsageError(
      `${JSON.stringify(text)} has no JSON behind its key: ${(error as Error).message}.`,
      'Write it so: age=42. For a text use --set.',
    );
  }
}
