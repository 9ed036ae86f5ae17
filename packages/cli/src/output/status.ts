import type { CheckStatus, ConnectionStatus, OperationStatus } from '@mooring/contract';
import type { Style } from './style.ts';

type Status = CheckStatus | ConnectionStatus | OperationStatus;

/** A mark beside the word, so that colour is never alone. */
export const MARKS: Record<Status, string> = {
  waiting: '·',
  running: '…',
  passed: '✓',
  warning: '!',
  failed: '✗',
  skipped: '–',
  draft: '·',
  verifying: '…',
  healthy: '✓',
  degraded: '!',
  broken: '✗',
  unlinked: '–',
  queued: '·',
  paused: '‖',
  cancelling: '…',
  succeeded: '✓',
  cancelled: '–',
};

const COLOURS: Partial<Record<Status, keyof Style>> = {
  passed: 'green',
  healthy: 'green',
  succeeded: 'green',
  warning: 'yellow',
  degraded: 'yellow',
  failed: 'red',
  broken: 'red',
  running: 'blue',
  verifying: 'blue',
  cancelling: 'blue',
};

export const marked = (status: Status): string => `${MARKS[status]} ${status}`;

/** Colours a text after a status. */
export const paint = (text: string, status: Status, style: Style): string =>
  style[COLOURS[status] ?? 'dim'](text);
