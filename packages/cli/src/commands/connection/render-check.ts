import type { Check } from '@mooring/contract';
import { renderFix } from '../../output/fix.ts';
import { duration } from '../../output/quantity.ts';
import { MARKS, paint } from '../../output/status.ts';
import type { Style } from '../../output/style.ts';
import { plain } from '../../output/text.ts';

/** One line where all is well; for the others what was seen, what was expected and the fix. */
export function renderCheck(check: Check, style: Style): string {
  const { status, title, observed, expected, fix, durationMs } = check;
  const time = durationMs === null ? '' : style.dim(`  ${duration(durationMs)}`);
  const mark = paint(MARKS[status], status, style);
  if (status === 'passed') return `${mark} ${title}${time}\n`;
  if (status === 'skipped')
    return `${mark} ${title}${style.dim(`  skipped${observed ? `: ${plain(observed)}` : ''}`)}\n`;
  const lines = [`${mark} ${title}  ${paint(status, status, style)}${time}`];
  if (observed) lines.push(`    Seen:      ${plain(observed)}`);
  if (expected) lines.push(`    Expected:  ${plain(expected)}`);
  if (fix) lines.push(...renderFix(fix, 'Fix:       ', '    ', style), '');
  return `${lines.join('\n')}\n`;
}
