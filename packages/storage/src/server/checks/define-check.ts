import type { CheckId, Fix } from '@mooring/contract';
import { ProviderError } from '../errors.ts';
import type { Advise, CheckContext, CheckDefinition, CheckOutcome } from '../provider.ts';

/** What a check saw. Without a status it passed. */
export interface Finding {
  status?: CheckOutcome['status'];
  observed: string;
  fix?: Fix;
}

/** Advice of a provider that has nothing to add to what the error says. */
export const adviseFromError: Advise = error => ({ why: error.message, steps: [error.fix], snippets: [] });

/** A check that fails with the message of the ProviderError that its `look` throws. */
export function defineCheck(
  id: CheckId,
  dependsOn: readonly CheckId[],
  expected: string,
  advise: Advise,
  look: (context: CheckContext) => Promise<Finding>,
): CheckDefinition {
  return {
    id,
    dependsOn,
    async run(context) {
      try {
        return { status: 'passed', expected, ...(await look(context)) };
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        const fix = { ...advise(error, id, context), ...settingOf(error, id) };
        const { message: observed, mayPassSoon } = error;
        return { status: 'failed', observed, expected, fix, ...(mayPassSoon && { mayPassSoon }) };
      }
    },
  };
}

/** A container that is not there is a wrong location, not a wrong credential. */
const settingOf = ({ kind }: ProviderError, id: CheckId): Pick<Fix, 'setting'> =>
  id === 'list' && kind === 'not-found' ? { setting: 'location' } : {};
