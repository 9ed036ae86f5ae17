import { AUDIT_ACTIONS, type AuditAction, type AuditFilter } from '@mooring/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';

export interface FilterOptions {
  from?: string;
  to?: string;
  caller?: string;
  action?: AuditAction;
  asset?: string;
}

/** Adds the options by which entries are found. */
export const addFilter = (command: Command): Command =>
  command
    .option('--from <time>', 'not before this time, such as 2026-11-22 or 2026-11-22T10:00:00Z', toTime)
    .option('--to <time>', 'before this time', toTime)
    .option('--caller <id>', 'by this member, token or link')
    .addOption(new Option('--action <action>', 'of this kind').choices(AUDIT_ACTIONS))
    .option('--asset <id>', 'that read this asset');

export const filterOf = ({ from, to, caller, action, asset }: FilterOptions): AuditFilter => ({
  ...(from && { from }),
  ...(to && { to }),
  ...(caller && { callerId: caller }),
  ...(action && { action }),
  ...(asset && { assetId: asset }),
});

function toTime(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('Expected a date, or a time in RFC 3339.');
  return time.toISOString();
}
