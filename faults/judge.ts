import type { Check } from '@mooring/contract';
import type { Expectation } from './cause.ts';

/** What is wrong with the checks of one side, in words; null where they say of the cause what they have to. */
export function whatIsWrong(expected: Expectation, checks: readonly Check[]): string | null {
  const { check: id, status = 'failed', says, fix, skipped } = expected;
  const named = checks.find(check => check.id === id);
  if (!named) return `there is no check ${id}`;
  if (named.status !== status) return `${id} ${named.status}: ${named.observed}`;
  if (!named.observed?.includes(says)) return `${id} said: ${named.observed}`;
  const mending = [
    named.fix?.why,
    ...(named.fix?.steps ?? []),
    ...(named.fix?.snippets ?? []).map(s => s.text),
  ];
  if (!mending.join('\n').includes(fix)) return `the fix of ${id} was: ${mending.join(' ')}`;
  const others = checks
    .filter(check => check.id !== id)
    .filter(check => check.status !== (skipped.includes(check.id) ? 'skipped' : 'passed'))
    .map(check => `${check.id} ${check.status}: ${check.observed}`);
  const absent = skipped.filter(needed => !checks.some(check => check.id === needed));
  return [...others, ...absent.map(needed => `there is no check ${needed}`)].join('; ') || null;
}
