import type { CliKind } from '@mooring/storage/cli';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { addKindOption, chooseKind } from '../../kind/choose.ts';
import { refuseWrong } from '../../kind/judge.ts';
import { addOptions, textsOf, type Values } from '../../kind/options.ts';
import { alternatives, perKind } from '../../kind/words.ts';
import { relative } from '../../output/quantity.ts';
import { openSession } from '../../session.ts';

export function consent(parent: Command, io: Io, all: readonly CliKind[]): void {
  const kinds = all.filter(cli => cli.consent !== null);
  if (kinds.length === 0) return;
  const command = parent
    .command('consent')
    .summary(alternatives(kinds.map(cli => cli.consent!.summary)))
    .description(perKind(kinds, cli => cli.consent!.help));
  addKindOption(command, kinds);
  addOptions(command, kinds.flatMap(optionsOf)).action(async (options: Values, command: Command) => {
    const { client, out } = await openSession(command, io);
    const cli = await chooseKind(io, kinds, optionsOf, { values: options });
    const texts = textsOf(optionsOf(cli), options);
    const fields = cli.kind.credentials.ways.flatMap(way => (way.consent ? way.fields : []));
    for (const field of fields.filter(({ name }) => name in texts))
      refuseWrong(field, texts[field.name]!, { now: io.now(), location: null });
    const link = await client.call('startConsent', { body: { provider: cli.kind.id, ...texts } });
    await out.one(link, () => `${link.url}\n`);
    out.note(`It ends ${relative(link.expiresAt, io.now())}.`);
  });
}

const optionsOf = (cli: CliKind) => cli.consent!.options;
