export const STEPS = ['location', 'authorise', 'browser', 'verify', 'sync'] as const;
export type Step = (typeof STEPS)[number];

export interface WizardSearch {
  step?: Step;
}

export function readWizardSearch(search: Record<string, unknown>): WizardSearch {
  const step = STEPS.find(known => known === search.step);
  return step && step !== STEPS[0] ? { step } : {};
}
