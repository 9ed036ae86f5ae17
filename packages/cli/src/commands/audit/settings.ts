import type { Audit } from '@mooring/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { count, countOf } from '../../output/quantity.ts';
import type { Style } from '../../output/style.ts';
import { renderDetails } from '../../output/table.ts';
import { openSession } from '../../session.ts';

export function showAudit(parent: Command, io: Io): void {
  parent
    .command('show')
    .summary('show what is written down, and for how long')
    .description('Shows what the audit writes down, how long it keeps it, and its last entry.')
    .action(async (_options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const audit = await client.call('getAudit');
      await out.one(audit, () => render(audit, out.style));
    });
}

export function editAudit(parent: Command, io: Io): void {
  parent
    .command('edit')
    .summary('choose what is written down, and for how long')
    .description(
      'Chooses what the audit writes down, and how long it keeps it. The choice is written down, too.',
    )
    .addOption(
      new Option('--reads <choice>', 'whether each signing, relay and thumbnail is written down').choices([
        'on',
        'off',
      ]),
    )
    .option('--keep-days <days>', 'a whole number from 1, or forever', toDays)
    .action(
      async ({ reads, keepDays }: { reads?: string; keepDays?: number | 'forever' }, command: Command) => {
        if (reads === undefined && keepDays === undefined)
          throw new UsageError('There is nothing to change.', 'Give --reads, --keep-days or both.');
        const { client, out } = await openSession(command, io);
        const body = {
          ...(reads !== undefined && { recordsReads: reads === 'on' }),
          ...(keepDays !== undefined && { keepDays: keepDays === 'forever' ? null : keepDays }),
        };
        const audit = await client.call('updateAudit', { body });
        await out.one(audit, () => render(audit, out.style));
      },
    );
}

const render = (
  { recordsReads, keepDays, firstSeq, lastSeq, lastHash, removed }: Audit,
  style: Style,
): string =>
  renderDetails(
    [
      ['reads', recordsReads ? 'written down: signings, relays and thumbnails' : 'not written down'],
      ['kept', keepDays === null ? 'for ever' : `for ${countOf(keepDays, 'days')}`],
      ['entries', count(lastSeq - firstSeq + 1)],
      ['last', lastSeq === 0 ? null : `${lastSeq}:${lastHash}`],
      ['removed', removed && `up to entry ${removed.seq}, because of their age`],
    ],
    style,
  );

/** `null` would be taken for a value that is missing. */
function toDays(text: string): number | 'forever' {
  if (text === 'forever') return text;
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 36_500) return days;
  throw new InvalidArgumentError('Expected a whole number from 1 to 36500, or forever.');
}
