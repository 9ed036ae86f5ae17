import { SETUP_SECTIONS, type SetupRequest, type SetupSectionId } from '@mooring/contract';
import { joinSetup } from '@mooring/storage';
import type { CliKind } from '@mooring/storage/cli';
import { type Command, Option } from 'commander';
import { UsageError } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { addKindOption, chooseKind, findKind } from '../../kind/choose.ts';
import { accepted } from '../../kind/judge.ts';
import { addOptions, refuseForeign, type Values } from '../../kind/options.ts';
import { perKind, wordOf } from '../../kind/words.ts';
import { relative } from '../../output/quantity.ts';
import { findConnection } from '../../resolve.ts';
import { openSession, type Session } from '../../session.ts';
import { readLocation } from './location.ts';

type Options = Values & {
  connection?: string;
  narrowing?: string;
  renditionPrefix?: string;
  origin?: string[];
  format?: string;
  section?: SetupSectionId[];
  share?: boolean;
};

export function setupConnection(parent: Command, io: Io, kinds: readonly CliKind[]): void {
  const cloud = wordOf(kinds, 'cloud');
  const command = parent
    .command('setup')
    .summary(`print what to run in ${cloud}`)
    .description(
      `Prints what an administrator runs in ${cloud}, with the values filled in. Changes nothing itself.`,
    )
    .argument('[location]', `an address of the ${wordOf(kinds, 'container')}`)
    .option('--connection <connection>', 'a connection, by its id or name, in place of a location');
  addKindOption(command, kinds);
  addOptions(command, kinds.flatMap(optionsOf))
    .addOption(choiceOf('--narrowing <way>', 'how the grant is limited', kinds.map(narrowingsOf)))
    .option('--rendition-prefix <prefix>', 'where Mooring may write; if not given, nowhere')
    .option(
      '--origin <origin...>',
      'origins of pages that load from the storage (default: those of the installation)',
    )
    .addOption(choiceOf('--format <format>', 'what to print', kinds.map(formatsOf)))
    .addOption(
      new Option('--section <section...>', 'only these (default: all but removal)').choices(SETUP_SECTIONS),
    )
    .option('--share', 'print a link instead, which shows it without signing in, for 14 days')
    .addHelpText('after', helpOf(kinds))
    .action(async (address: string | undefined, options: Options, command: Command) => {
      const session = await openSession(command, io);
      const { client, out } = session;
      const { cli, body } = await readRequest(session, kinds, address, options);
      if (options.share) {
        const link = await client.call('createSetupLink', { body });
        await out.one(link, () => `${link.url}\n`);
        out.note(`It opens without signing in until it expires ${relative(link.expiresAt, io.now())}.`);
        return;
      }
      const document = await client.call('generateSetup', { body });
      await out.one(document, () =>
        joinSetup(document, options.format ?? formatsOf(cli)[0]!, options.section),
      );
    });
}

/** What to ask the server for: for a connection, or for a location that is to become one. */
async function readRequest(
  { client, io }: Session,
  kinds: readonly CliKind[],
  address: string | undefined,
  options: Options,
): Promise<{ cli: CliKind; body: SetupRequest }> {
  const [installation, connection] = await Promise.all([
    client.call('getInstallation'),
    options.connection === undefined ? null : findConnection(client, options.connection),
  ]);
  const cli = connection
    ? findKind(kinds, connection.provider)
    : await chooseKind(io, kinds, optionsOf, { address, values: options });
  if (connection) refuseForeign(kinds, cli, optionsOf, options);
  refuseForeignChoice(cli, '--format', options.format, formatsOf(cli));
  refuseForeignChoice(cli, '--narrowing', options.narrowing, narrowingsOf(cli));
  const { location } = connection ?? (await readLocation(io, cli, address, options));
  const offers = installation.offers[cli.kind.id] ?? {};
  const request = cli.setup.request(options, {
    stored: connection?.credential ?? null,
    offers,
    make: (credential, isStored) =>
      cli.kind.setup.request({
        ...{ location, credential, isStored, offers },
        narrowing: options.narrowing ?? narrowingsOf(cli)[0] ?? '',
        renditionPrefix: options.renditionPrefix ?? connection?.renditionPrefix ?? null,
        origins: options.origin ?? installation.origins,
        ownership: connection?.ownership ?? null,
        now: io.now(),
      }),
  });
  return { cli, body: { ...accepted(request), provider: cli.kind.id } };
}

const optionsOf = ({ location, setup }: CliKind) => [...location.options, ...setup.options];
const formatsOf = ({ setup }: CliKind) => setup.formats;
const narrowingsOf = ({ kind }: CliKind) => kind.setup.narrowings.map(({ id }) => id);

/** Refuses a choice that only other kinds have. @throws UsageError */
function refuseForeignChoice(
  { kind: { words } }: CliKind,
  flag: string,
  given: string | undefined,
  own: readonly string[],
): void {
  if (given === undefined || own.includes(given)) return;
  const choices = own.length === 0 ? 'Leave it out.' : `Choose ${own.join(', ')}.`;
  throw new UsageError(`${flag} ${given} is not a choice of ${words.service}.`, choices);
}

/** An option for one of the choices of the kinds; the first is the default, and is shown where all kinds have the same. */
function choiceOf(flags: string, description: string, choices: (readonly string[])[]): Option {
  const option = new Option(flags, description).choices([...new Set(choices.flat())]);
  const defaults = new Set(choices.map(([first]) => first));
  return defaults.size === 1 ? option.default([...defaults][0]) : option;
}

const helpOf = (kinds: readonly CliKind[]): string => `
${perKind(kinds, ({ location }) => `LOCATION is ${location.help}; or give ${location.instead}, or --connection.`)}

Examples:
${kinds.flatMap(({ examples }) => examples.setup.map(line => `  mooring connection setup ${line}`)).join('\n')}`;
