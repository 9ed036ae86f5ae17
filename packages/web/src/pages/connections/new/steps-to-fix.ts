import type { Check, CheckId } from '@mooring/contract';
import type { Step } from './search.ts';

/** Where in the set-up each check is fixed. */
const STEP_OF: Record<CheckId, Step> = {
  name: 'location',
  dns: 'location',
  tls: 'location',
  clock: 'location',
  credential: 'authorise',
  ownership: 'authorise',
  list: 'authorise',
  head: 'authorise',
  range: 'authorise',
  sign: 'authorise',
  fetch: 'authorise',
  preflight: 'browser',
  headers: 'browser',
  media: 'browser',
  write: 'authorise',
  survey: 'location',
};

/** The steps that fix the failed checks, in order, each with the titles of its checks. Skipped checks are left out. */
export function stepsToFix(checks: readonly Check[]): { step: Step; titles: string[] }[] {
  const found = new Map<Step, Set<string>>();
  for (const check of checks) {
    if (check.status !== 'failed') continue;
    const { title } = check;
    const step = stepOf(check);
    found.set(step, (found.get(step) ?? new Set()).add(title));
  }
  return [...found].map(([step, titles]) => ({ step, titles: [...titles] }));
}

export function stepOf({ id, side, fix }: Pick<Check, 'id' | 'side' | 'fix'>): Step {
  // What a browser may not load, but Mooring's server may, is for the storage's CORS rules.
  if (side === 'browser') return 'browser';
  return fix?.setting === 'location' ? 'location' : STEP_OF[id];
}
