import { select } from '@clack/prompts';
import { type CliKind, flagOf } from '@mooring/storage/cli';
import { type Command, Option } from 'commander';
import { UsageError } from '../failure.ts';
import { canAsk, type Io } from '../io.ts';
import { answered } from '../secret.ts';
import { givenOf, type OptionsOf, refuseForeign, type Values } from './options.ts';

/** `--kind`, where there are several. */
export function addKindOption(command: Command, kinds: readonly CliKind[]): void {
  if (kinds.length === 1) return;
  const ids = kinds.map(({ kind }) => kind.id);
  command.addOption(new Option('--kind <kind>', 'the storage kind').choices(ids));
}

/**
 * Which storage kind is meant: by `--kind`, by the address, by the options that were given, or by the answer to a
 * question.
 * @throws UsageError where that is not clear
 */
export async function chooseKind(
  io: Io,
  kinds: readonly CliKind[],
  optionsOf: OptionsOf,
  { address, values }: { address?: string | undefined; values: Values },
): Promise<CliKind> {
  const cli = fittingKind(kinds, optionsOf, address, values) ?? (await ask(io, kinds));
  refuseForeign(kinds, cli, optionsOf, values);
  return cli;
}

function fittingKind(
  kinds: readonly CliKind[],
  optionsOf: OptionsOf,
  address: string | undefined,
  values: Values,
): CliKind | null {
  if (values.kind !== undefined) return findKind(kinds, String(values.kind));
  const recognising = kinds.filter(({ kind }) => address !== undefined && kind.location.recognises(address));
  if (recognising.length === 1) return recognising[0]!;
  const given = givenOf(kinds.flatMap(optionsOf), values).map(flagOf);
  const fitting = kinds.filter(cli => {
    const own = new Set(optionsOf(cli).map(flagOf));
    return given.every(flag => own.has(flag));
  });
  if (fitting.length === 1) return fitting[0]!;
  // An address of any service fits a kind of URLs, too: that one is meant only where an option says so.
  const listing = fitting.filter(({ kind }) => kind.addresses === null);
  return listing.length === 1 ? listing[0]! : null;
}

async function ask(io: Io, kinds: readonly CliKind[]): Promise<CliKind> {
  if (!canAsk(io)) {
    const ids = kinds.map(({ kind }) => kind.id).join(', ');
    throw new UsageError('The storage kind is not clear.', `Give --kind with one of ${ids}.`);
  }
  return answered(
    await select({
      message: 'Storage',
      input: io.stdin,
      output: io.stderr,
      options: kinds.map(cli => ({ value: cli, label: cli.kind.words.service })),
    }),
  );
}

/** The kind of a connection. @throws UsageError where this command line does not know it */
export function findKind(kinds: readonly CliKind[], id: string): CliKind {
  const found = kinds.find(({ kind }) => kind.id === id);
  if (found) return found;
  throw new UsageError(
    `This version of mooring does not know the storage kind ${JSON.stringify(id)}.`,
    'Use the version of the server.',
  );
}
