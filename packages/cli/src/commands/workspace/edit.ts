import { type Command, InvalidArgumentError } from 'commander';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';
import { renderWorkspace } from './render.ts';

export function editWorkspace(parent: Command, io: Io): void {
  parent
    .command('edit')
    .summary('change the limit of assets')
    .description(
      'Changes the limit of assets in the workspace. No asset is dropped: the newest beyond the limit are marked as ' +
        'over quota, and unmarked when there is room.',
    )
    .requiredOption('--max-assets <count>', 'a whole number, or none for no limit', toLimit)
    .action(async ({ maxAssets }: { maxAssets: number | 'none' }, command: Command) => {
      const { client, out } = await openSession(command, io);
      const body = { maxAssets: maxAssets === 'none' ? null : maxAssets };
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
