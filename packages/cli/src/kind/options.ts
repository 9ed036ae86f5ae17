import { type CliKind, type CliOption, flagOf, optionName } from '@mooring/storage/cli';
import { type Command, Option } from 'commander';
import { UsageError } from '../failure.ts';

/** What a command was given, by the names of its options. */
export type Values = Readonly<Record<string, unknown>>;

/** Gives a command the options of several kinds. One that they share stands there once, with all descriptions. */
export function addOptions(command: Command, options: readonly CliOption[]): Command {
  for (const same of Map.groupBy(options, flagOf).values()) {
    const description = [...new Set(same.map(option => option.description))].join('; ');
    const option = new Option(same[0]!.flags, description);
    const choices = new Set(same.flatMap(({ choices = [] }) => choices));
    if (choices.size > 0) option.choices([...choices]);
    command.addOption(option);
  }
  return command;
}

/** Those of the options that were given. */
export const givenOf = (options: readonly CliOption[], values: Values): CliOption[] =>
  options.filter(option => values[optionName(option)] !== undefined);

/** The texts that options give to fields of the kind, by field. */
export const textsOf = (options: readonly CliOption[], values: Values): Record<string, string> =>
  Object.fromEntries(
    givenOf(options, values).flatMap(option =>
      option.field === undefined ? [] : [[option.field, String(values[optionName(option)])]],
    ),
  );

/** The options of a kind that a command has. */
export type OptionsOf = (cli: CliKind) => readonly CliOption[];

/**
 * Refuses options that only other kinds have.
 * @throws UsageError
 */
export function refuseForeign(
  kinds: readonly CliKind[],
  chosen: CliKind,
  optionsOf: OptionsOf,
  values: Values,
): void {
  const own = new Set(optionsOf(chosen).map(flagOf));
  const foreign = givenOf(kinds.flatMap(optionsOf), values).find(option => !own.has(flagOf(option)));
  if (!foreign) return;
  throw new UsageError(
    `${flagOf(foreign)} is not an option of ${chosen.kind.words.service}.`,
    'Leave it out, or choose another storage kind.',
  );
}
