import { MOST_SIGNED_SECONDS } from '@mooring/contract';
import { MooringApiError } from '@mooring/sdk';
import { type Command, InvalidArgumentError } from 'commander';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { openSession } from '../../session.ts';

export function assetUrl(parent: Command, io: Io): void {
  parent
    .command('url')
    .summary('make a short-lived URL of an asset')
    .description(
      'Prints a short-lived URL of an asset that a browser or any HTTP client can load. Every person ' +
        'with the URL can read the object until it expires.',
    )
    .argument('<asset>', 'its id')
    .option('--expires-in-seconds <seconds>', 'how long it should work', toSeconds)
    .action(async (assetId: string, options: { expiresInSeconds?: number }, command: Command) => {
      const { client, out } = await openSession(command, io);
      const { items, problems } = await client.call('signAssets', {
        body: { assetIds: [assetId], expiresInSeconds: options.expiresInSeconds },
      });
      const [signed] = items;
      if (!signed) throw new MooringApiError(problems[0]!.problem);
      await out.one(signed, () => `${signed.url}\n`);
      out.note(`expires ${relative(signed.expiresAt, io.now())}`);
    });
}

function toSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MOST_SIGNED_SECONDS) return seconds;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${MOST_SIGNED_SECONDS}.`);
}
