import { secretRefusal } from '@mooring/contract';

export const STEPS = ['location', 'authorise', 'browser', 'verify', 'sync'] as const;
export type Step = (typeof STEPS)[number];

export interface WizardSearch {
  step?: Step;
  /** What Azure answered, where somebody was sent there: to consent, or to sign in. */
  consent?: 'granted' | 'refused';
  ownership?: 'proven' | 'refused';
  tenant?: string;
  reason?: string;
}

const LONGEST = 500;

export function readWizardSearch(search: Record<string, unknown>): WizardSearch {
  const step = STEPS.find(known => known === search.step);
  const consent = (['granted', 'refused'] as const).find(known => known === search.consent);
  const ownership = (['proven', 'refused'] as const).find(known => known === search.ownership);
  const text = (value: unknown) =>
    typeof value === 'string' && value !== '' && secretRefusal(value) === null
      ? value.slice(0, LONGEST)
      : null;
  const tenant = text(search.tenant);
  const reason = text(search.reason);
  return {
    ...(step && step !== STEPS[0] && { step }),
    ...(consent && { consent }),
    ...(ownership && { ownership }),
    ...(tenant && { tenant }),
    ...(reason && { reason }),
  };
}
