import { KINDS } from '@/kinds.ts';
import { secretIn } from '@/storage-kind.ts';

export const STEPS = ['location', 'authorise', 'browser', 'verify', 'sync'] as const;
export type Step = (typeof STEPS)[number];

export interface WizardSearch {
  step?: Step;
  /** The result after a sign-in: of consent, or of proof of ownership. */
  consent?: 'granted' | 'refused';
  ownership?: 'proven' | 'refused';
  reason?: string;
  /** A connection whose set-up goes on here. */
  connection?: string;
  /** Shows that the sign-in began in this browser. */
  mark?: string;
  /** What a consent fills in, by the name that its storage kind gives it. */
  [answer: string]: string | undefined;
}

const ANSWERS = KINDS.flatMap(({ credentials }) =>
  credentials.ways.flatMap(way => way.consent?.answer ?? []),
);
const LONGEST = 500;

export function readWizardSearch(search: Record<string, unknown>): WizardSearch {
  const step = STEPS.find(known => known === search.step);
  const consent = (['granted', 'refused'] as const).find(known => known === search.consent);
  const ownership = (['proven', 'refused'] as const).find(known => known === search.ownership);
  const texts = [...ANSWERS, 'connection', 'reason', 'mark'].flatMap(name => {
    const value = search[name];
    const isText = typeof value === 'string' && value !== '' && secretIn(value) === null;
    return isText ? [[name, value.slice(0, LONGEST)]] : [];
  });
  return {
    ...(step && step !== STEPS[0] && { step }),
    ...(consent && { consent }),
    ...(ownership && { ownership }),
    ...Object.fromEntries(texts),
  };
}
