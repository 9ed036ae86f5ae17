import { select } from '@clack/prompts';
import type { CredentialWay } from '@mooring/storage';
import { type CliKind, type CliOption, flagOf } from '@mooring/storage/cli';
import { UsageError } from '../../failure.ts';
import { canAsk, type Io } from '../../io.ts';
import { givenOf, type Values } from '../../kind/options.ts';
import { answered } from '../../secret.ts';
import type { CredentialInAddress } from './location.ts';

/** Something that says which way is meant: what it is called, and the ways that it fits. */
interface Hint {
  words: string;
  ways: readonly string[];
}

/**
 * Which way to let Mooring in the options choose, else the environment, else the answer to a question. What stands on
 * the command line comes before the environment.
 * @param of.offers what the installation offers of the kind, for the question
 * @throws UsageError where they contradict each other, or nothing says it
 */
export async function chooseWay(
  io: Io,
  cli: CliKind,
  of: {
    values: Values;
    inAddress: CredentialInAddress | null;
    offers: () => Promise<Record<string, unknown>>;
  },
): Promise<CredentialWay> {
  const ways = orderedWays(cli);
  const given = hintsOf(cli, ways, of.values, of.inAddress);
  const fitting = fittingWays(cli, ways, given);
  if (fitting.length === 1) return fitting[0]!;
  const all = [...given, ...hintsOfEnvironment(io, cli, ways)];
  if (all.length > 0) return fittingWays(cli, ways, all)[0]!;
  if (!canAsk(io)) throw new UsageError('No credential is given.', cli.credential.missing);
  return ask(io, cli, ways, await of.offers());
}

/** The ways of the kind, in the order of the command line. */
const orderedWays = ({ kind, credential }: CliKind): CredentialWay[] =>
  credential.ways.map(({ id }) => kind.credentials.ways.find(way => way.id === id)!);

const idsWith = (ways: readonly CredentialWay[], field: string | undefined, required = false): string[] =>
  ways
    .filter(way => way.fields.some(({ name, optional }) => name === field && !(required && optional)))
    .map(({ id }) => id);

const wordsOf = (option: CliOption): string => option.gives ?? flagOf(option);

/** What a field is called, to follow “both”. */
function wordsOfField({ credential }: CliKind, field: string): string {
  const option = credential.options.find(option => option.field === field);
  return option ? wordsOf(option) : field;
}

function hintsOf(
  cli: CliKind,
  ways: readonly CredentialWay[],
  values: Values,
  inAddress: CredentialInAddress | null,
): Hint[] {
  const hints = givenOf(cli.credential.options, values).map(option => ({
    words: wordsOf(option),
    ways: option.way === undefined ? idsWith(ways, option.field) : [option.way],
  }));
  if (!inAddress) return hints;
  return [...hints, { words: wordsOfField(cli, inAddress.field), ways: [inAddress.kind] }];
}

/** A variable says nothing of the ways that can do without it. */
const hintsOfEnvironment = (io: Io, cli: CliKind, ways: readonly CredentialWay[]): Hint[] =>
  choosingVariables(cli, ways)
    .filter(([, name]) => io.env[name]?.trim())
    .map(([field]) => ({ words: wordsOfField(cli, field), ways: idsWith(ways, field, true) }));

const choosingVariables = ({ credential }: CliKind, ways: readonly CredentialWay[]): [string, string][] =>
  Object.entries(credential.environment).filter(([field]) => idsWith(ways, field, true).length > 0);

/** The ways that fit all hints. @throws UsageError where none does */
function fittingWays(cli: CliKind, ways: readonly CredentialWay[], hints: readonly Hint[]): CredentialWay[] {
  const fitting = ways.filter(({ id }) => hints.every(hint => hint.ways.includes(id)));
  if (fitting.length > 0) return fitting;
  const [one, other] = contradiction(hints);
  const variables = choosingVariables(cli, ways).map(([, name]) => name);
  throw new UsageError(
    `Both ${one.words} and ${other.words} are given.`,
    variables.length === 0
      ? 'Give one of them.'
      : `Give one of them; look at ${variables.join(' and ')} too.`,
  );
}

/** Two hints that no way fits, as they were given: those that say most. */
function contradiction(hints: readonly Hint[]): [Hint, Hint] {
  const telling = hints.toSorted((a, b) => a.ways.length - b.ways.length);
  for (const one of telling) {
    const other = telling.find(({ ways }) => !ways.some(way => one.ways.includes(way)));
    if (other) return hints.indexOf(one) < hints.indexOf(other) ? [one, other] : [other, one];
  }
  return [hints[0]!, hints.at(-1)!];
}

async function ask(
  io: Io,
  { credential }: CliKind,
  ways: readonly CredentialWay[],
  offers: Record<string, unknown>,
): Promise<CredentialWay> {
  const chosen = await select({
    message: 'Credential',
    input: io.stdin,
    output: io.stderr,
    options: ways.flatMap((way, index) => {
      if (!way.isOffered(offers)) return [];
      const { label = way.label, hint } = credential.ways[index]!;
      return [{ value: way, label, ...(hint === undefined ? {} : { hint }) }];
    }),
  });
  return answered(chosen);
}
