import type { Advise, CheckContext, CheckDefinition, Provider } from '../provider.ts';
import { defineCheck } from './define-check.ts';
import { findSample } from './sample.ts';
import { count, quoteKey } from './words.ts';

/** Lists until it comes across an object that can be read, which the later checks use as their sample. */
export const listCheck = (provider: Pick<Provider, 'list'>, advise: Advise): CheckDefinition =>
  defineCheck(
    'list',
    ['tls', 'clock', 'credential'],
    'The container can be listed.',
    advise,
    async context => {
      const { sample, others, objects, more } = await findSample(provider, context);
      context.sample = sample;
      context.others = others;
      if (sample)
        return { observed: `Listed ${where(context)}; ${quoteKey(sample.key)} serves as a sample.` };
      const looked = more ? `the first ${count(objects, 'object')}` : count(objects, 'object');
      return { observed: `Listed ${where(context)}: ${looked}, none of which can be read.` };
    },
  );

const where = ({ container, prefix }: CheckContext): string =>
  prefix === '' ? `the container “${container}”` : `${quoteKey(prefix)} in the container “${container}”`;
