import { type Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { openSession } from '../../session.ts';
import { addFilter, type FilterOptions, filterOf } from '../asset/filter.ts';

interface Options extends FilterOptions {
  asset?: string;
  all?: boolean;
  origin?: string[];
  expiresInDays: number;
}

export function createLink(parent: Command, io: Io): void {
  const create = parent
    .command('create')
    .summary('make a link that opens assets without signing in')
    .description(
      'Makes a link and prints it, only this once: Mooring stores only its hash. Any program that has it can open the ' +
        'asset, or each asset that matches the filters; put the id of an asset in the place of {assetId}. The link ' +
        'ends with the person or the token that makes it.',
    )
    .argument('<name>', 'what it is for')
    .option('--asset <id>', 'it opens this asset')
    .option('--all', 'it opens all assets of the workspace')
    .option('--origin <origin...>', 'only pages of this origin may use it, e.g. https://labels.example.com')
    .option('--expires-in-days <days>', 'how long it works', toDays, 30);
  addFilter(create).action(async (name: string, options: Options, command: Command) => {
    const { asset, all, origin, expiresInDays } = options;
    const { client, out } = await openSession(command, io);
    const filter = await filterOf(client, options);
    const ways = [asset !== undefined, all === true, Object.keys(filter).length > 0].filter(Boolean).length;
    if (ways !== 1) {
      throw new UsageError(
        ways === 0
          ? 'The command does not say what the link opens.'
          : 'The command says in more than one way what the link opens.',
        'Give --asset, or filters such as --folder or --source, or --all.',
      );
    }
    const link = await client.call('createLink', {
      body: {
        name,
        scope:
          asset === undefined
            ? ({ kind: 'filter', filter } as const)
            : ({ kind: 'asset', assetId: asset } as const),
        ...(origin && { origins: origin }),
        expiresInSeconds: Math.round(expiresInDays * 86_400),
      },
    });
    await out.one(link, () => `${link.url}\n`);
    out.note(`${link.id} expires ${relative(link.expiresAt, io.now())}. It is not shown again.`);
  });
}

function toDays(text: string): number {
  const days = Number(text);
  if (text.trim() !== '' && days >= 0.001 && days <= 366) return days;
  throw new InvalidArgumentError('Expected a number of days up to 366, such as 30 or 0.5.');
}
