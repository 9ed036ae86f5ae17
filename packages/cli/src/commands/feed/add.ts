import type { Source } from '@mooring/contract';
import { type FeedWay, readFields } from '@mooring/storage';
import { type CliKind, flagOf } from '@mooring/storage/cli';
import type { Command } from 'commander';
import { UsageError } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { findKind } from '../../kind/choose.ts';
import { accepted } from '../../kind/judge.ts';
import { addOptions, givenOf, refuseForeign, textsOf, type Values } from '../../kind/options.ts';
import { perKind } from '../../kind/words.ts';
import { renderDetails } from '../../output/table.ts';
import { plain } from '../../output/text.ts';
import { findSource } from '../../resolve.ts';
import { openSession, type Session } from '../../session.ts';

export function addFeed(parent: Command, io: Io, all: readonly CliKind[]): void {
  const kinds = all.filter(({ kind }) => kind.feeds.length > 0);
  if (kinds.length === 0) return;
  const command = parent
    .command('add')
    .summary('follow changes in a source as they happen')
    .description(perKind(kinds, ({ feeds }) => feeds.help))
    .argument('<source>', 'id or name of the source');
  addOptions(command, kinds.flatMap(optionsOf)).action(
    async (name: string, options: Values, command: Command) => {
      const session = await openSession(command, io);
      const { client, out } = session;
      const source = await findSource(client, name);
      const { way, texts } = await readFeed(session, all, source, options);
      const feed = await client.call('createFeed', {
        params: { sourceId: source.id },
        body: { kind: way.id, ...texts },
      });
      await out.one(feed, () =>
        renderDetails(
          [
            ['id', feed.id],
            ...Object.values(feed.address ?? {}).map(text => ['messages', plain(text)] as [string, string]),
            ['url', feed.webhookUrl],
          ],
          out.style,
        ),
      );
      if (feed.webhookUrl) out.note(`\n${way.subscribe} It holds a secret, and is not shown again.`);
    },
  );
}

const optionsOf = ({ feeds }: CliKind) => feeds.options;

/** The way that the options fill in; without any, the first of the kind. @throws Refused where a text is */
async function readFeed(
  { client, io }: Session,
  kinds: readonly CliKind[],
  { connectionId }: Source,
  options: Values,
): Promise<{ way: FeedWay; texts: Record<string, string> }> {
  const { provider, location } = await client.call('getConnection', { params: { connectionId } });
  const cli = findKind(kinds, provider);
  if (cli.kind.feeds.length === 0) {
    const { service } = cli.kind.words;
    throw new UsageError(`${service} does not tell of changes.`, 'Give the source a schedule instead.');
  }
  refuseForeign(kinds, cli, optionsOf, options);
  const texts = textsOf(cli.feeds.options, options);
  const way = cli.kind.feeds.find(way => {
    const names = way.fields(location).map(({ name }) => name);
    return Object.keys(texts).every(name => names.includes(name));
  });
  if (!way) {
    const flags = givenOf(cli.feeds.options, options).map(flagOf).join(' and ');
    throw new UsageError(`${flags} do not go together.`, 'See mooring feed add --help.');
  }
  const read = readFields({ fields: way.fields(location) }, texts, { now: io.now(), location });
  return { way, texts: accepted(read, '') };
}
