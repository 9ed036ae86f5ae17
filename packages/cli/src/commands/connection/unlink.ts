import { confirm } from '@clack/prompts';
import { snippetTitle, type UnlinkResult } from '@mooring/contract';
import type { CliKind } from '@mooring/storage/cli';
import type { Command } from 'commander';
import { UsageError } from '../../failure.ts';
import { canAsk, type Io } from '../../io.ts';
import { wordOf } from '../../kind/words.ts';
import { countOf, relative } from '../../output/quantity.ts';
import { plain } from '../../output/text.ts';
import { findConnection } from '../../resolve.ts';
import { answered } from '../../secret.ts';
import { openSession } from '../../session.ts';

export function unlinkConnection(parent: Command, io: Io, kinds: readonly CliKind[]): void {
  parent
    .command('unlink')
    .summary('stop every use of a connection, and keep its assets')
    .description(
      'Stops every use of a connection at once and forgets its credential; its assets stay in the catalogue. Says ' +
        `which URLs still work, and what remains to be revoked in ${wordOf(kinds, 'cloud')}. mooring connection credential links it again.`,
    )
    .argument('<connection>', 'its id or name')
    .option('--yes', 'do not ask')
    .action(async (name: string, options: { yes?: boolean }, command: Command) => {
      const { client, out } = await openSession(command, io);
      const connection = await findConnection(client, name);
      if (!options.yes && connection.status !== 'unlinked') await ask(io, connection.name);
      const result = await client.call('unlinkConnection', { params: { connectionId: connection.id } });
      await out.one(result, () => renderUnlinked(result, io.now()));
    });
}

async function ask(io: Io, name: string): Promise<void> {
  if (!canAsk(io)) throw new UsageError('Unlinking asks first, but there is no terminal.', 'Give --yes.');
  const message = `Stop every use of ${plain(name)} and forget its credential?`;
  if (answered(await confirm({ message, input: io.stdin, output: io.stderr }))) return;
  throw new UsageError('It is still linked.', 'Answer yes to unlink it.');
}

function renderUnlinked(
  { connection, issuedUrls, cancelledOperationIds, revoke }: UnlinkResult,
  now: Date,
): string {
  const { count, lastEndsAt } = issuedUrls;
  const handedOut =
    count === 1
      ? '1 URL that was handed out still works'
      : `${countOf(count, 'URLs')} that were handed out still work`;
  const urls =
    count === 0 || lastEndsAt === null
      ? 'No signed URL works any more.'
      : `${handedOut}; the last expires ${relative(lastEndsAt, now)}.`;
  return [
    `${plain(connection.name)} is unlinked.`,
    ...(cancelledOperationIds.length > 0 ? [`Cancelled: ${cancelledOperationIds.join(', ')}.`] : []),
    urls,
    '',
    plain(revoke.why),
    ...revoke.steps.map((step, index) => `  ${index + 1}. ${plain(step)}`),
    ...revoke.snippets.flatMap(snippet => ['', `# ${plain(snippetTitle(snippet))}`, snippet.text]),
    '',
  ].join('\n');
}
