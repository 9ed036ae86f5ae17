import { ID_PREFIXES } from '@mooring/contract';

/** What can be ended, by the prefix of its id. */
export const KINDS = {
  [ID_PREFIXES.session]: 'session',
  [ID_PREFIXES.signInLink]: 'sign-in link',
  [ID_PREFIXES.setupLink]: 'setup link',
} as const;

export const kindOf = (id: string): (typeof KINDS)[keyof typeof KINDS] | null =>
  KINDS[id.split('_', 1)[0] as keyof typeof KINDS] ?? null;
