import { MOST_SIGNED_SECONDS, SIGNED_BY_ALL_SECONDS } from '@mooring/contract';
import { type Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';
import { renderWorkspace } from './render.ts';

interface Options {
  maxAssets?: number | 'none';
  maxSigningSeconds?: number;
}

export function editWorkspace(parent: Command, io: Io): void {
  parent
    .command('edit')
    .summary('change the limits of the workspace')
    .description(
      'Changes the limit of assets in the workspace. No asset is dropped: the newest beyond the limit are marked as ' +
        'over quota, and unmarked when there is room.',
    )
    .option('--max-assets <count>', 'a whole number, or none for no limit', toLimit)
    .option(
      '--max-signing-seconds <seconds>',
      'how long signed URLs may work that service tokens ask for: 3600 to 604800',
      toSeconds,
    )
    .action(async ({ maxAssets, maxSigningSeconds }: Options, command: Command) => {
      if (maxAssets === undefined && maxSigningSeconds === undefined)
        throw new UsageError(
          'The command does not say what to change.',
          'Give --max-assets or --max-signing-seconds.',
        );
      const { client, out } = await openSession(command, io);
      const body = {
        ...(maxAssets !== undefined && { maxAssets: maxAssets === 'none' ? null : maxAssets }),
        ...(maxSigningSeconds !== undefined && { maxSigningSeconds }),
      };
      const workspace = await client.call('updateWorkspace', { body });
      await out.one(workspace, () => renderWorkspace(workspace, out.style));
    });
}

/** `null` would be taken for a value that is missing. */
function toLimit(text: string): number | 'none' {
  if (text === 'none') return text;
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError('Expected a whole number, or none.');
}

function toSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds >= SIGNED_BY_ALL_SECONDS && seconds <= MOST_SIGNED_SECONDS)
    return seconds;
  throw new InvalidArgumentError(
    `Expected a whole number from ${SIGNED_BY_ALL_SECONDS} to ${MOST_SIGNED_SECONDS}.`,
  );
}
