import type { Operation } from '@mooring/contract';
import type { Io } from '../io.ts';
import { count, duration } from './quantity.ts';
import { fit } from './text.ts';

const WINDOW_MS = 5000;
const ERASE_LINE = '\r\u001b[2K';

/** One line on the terminal that is written over as things move on. Silent where there is no terminal. */
export function createProgressLine({ stderr }: Io) {
  const on = stderr.isTTY === true;
  return {
    show(text: string): void {
      if (on) stderr.write(ERASE_LINE + fit(text, (stderr.columns ?? 80) - 1));
    },
    clear(): void {
      if (on) stderr.write(ERASE_LINE);
    },
  };
}

/** Describes how far an operation is, with its rate over the last seconds. */
export function createProgressText(now: () => Date) {
  const seen: { at: number; done: number }[] = [];
  return (operation: Operation): string => {
    const { status, done, total, unit } = operation;
    const at = now().getTime();
    seen.push({ at, done });
    while (seen.length > 2 && at - seen[0]!.at > WINDOW_MS) seen.shift();
    if (status === 'queued')
      return operation.problem ? `waiting to try again: ${operation.problem.detail}` : 'queued';
    const first = seen[0]!;
    const rate = at > first.at ? ((done - first.done) * 1000) / (at - first.at) : 0;
    const parts = [`${count(done)}${total === null ? '' : ` of ${count(total)}`} ${unit}`];
    if (rate >= 1) parts.push(`${count(Math.round(rate))}/s`);
    if (rate >= 1 && total !== null && total > done)
      parts.push(`${duration(((total - done) / rate) * 1000)} left`);
    if (status === 'cancelling') parts.push('stopping');
    return parts.join(' · ');
  };
}
