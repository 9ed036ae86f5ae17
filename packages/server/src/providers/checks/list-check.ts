import type { CheckContext, CheckDefinition, Provider, StorageObject } from '../provider.ts';
import { type Advise, defineCheck, type Finding } from './define-check.ts';
import { count, quoteKey } from './words.ts';

const PAGE_SIZE = 500;
const MAX_PAGES = 20;

/** Lists until it comes across an object that can be read, which the later checks use as their sample. */
export const listCheck = (provider: Pick<Provider, 'list'>, advise: Advise): CheckDefinition =>
  defineCheck(
    'list',
    ['tls', 'credential'],
    'The container can be listed and holds an object that can be read.',
    advise,
    async context => {
      const seen = await lookForSample(provider, context);
      context.sample = seen.sample;
      return seen.sample ? found(seen.sample, context) : nothingReadable(seen, context);
    },
  );

interface Seen {
  sample: StorageObject | undefined;
  objects: number;
  archived: number;
  /** Whether the listing goes on after what was looked at. */
  more: boolean;
}

async function lookForSample(
  provider: Pick<Provider, 'list'>,
  { container, prefix, signal }: CheckContext,
): Promise<Seen> {
  const seen: Seen = { sample: undefined, objects: 0, archived: 0, more: true };
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES && seen.more && !seen.sample; pages++) {
    const page = await provider.list(container, { prefix, cursor, pageSize: PAGE_SIZE, signal });
    seen.objects += page.objects.length;
    seen.archived += page.objects.filter(object => object.archived).length;
    seen.sample = page.objects.find(object => !object.archived && object.sizeBytes > 0);
    cursor = page.cursor ?? undefined;
    seen.more = cursor !== undefined;
  }
  return seen;
}

const found = (sample: StorageObject, context: CheckContext): Finding => ({
  observed: `Listed ${where(context)}; ${quoteKey(sample.key)} can serve as a sample.`,
});

const where = ({ container, prefix }: CheckContext): string =>
  prefix === '' ? `the container “${container}”` : `${quoteKey(prefix)} in the container “${container}”`;

function nothingReadable({ objects, archived, more }: Seen, context: CheckContext): Finding {
  const { container, prefix } = context;
  const looked = more ? `the first ${count(objects, 'object')}` : count(objects, 'object');
  if (objects === 0 && prefix !== '') {
    return warning(
      `The container “${container}” can be listed, but no key in it begins with ${quoteKey(prefix)}.`,
      'With nothing there, reading cannot be checked, and a sync would find no assets.',
      [
        'Compare the prefix with the keys in the container: capitals count, keys do not begin with “/”, and a folder’s prefix ends with “/”.',
        'If objects are still to come, upload one and run the checks again.',
      ],
    );
  }
  if (objects === 0) {
    return warning(
      `The container “${container}” can be listed, but it is empty.`,
      'With nothing there, reading cannot be checked.',
      ['Upload a file to the container and run the checks again.'],
    );
  }
  if (archived > 0) {
    return warning(
      `Of ${looked} ${archived === objects ? 'all' : count(archived, 'object')} ${archived === 1 ? 'is' : 'are'} in the archive tier, and the rest are empty, so none can be read.`,
      'An archived object is listed but cannot be read until it was moved to another tier, which takes hours.',
      ['Move the objects that you need to the hot, cool or cold tier, then run the checks again.'],
    );
  }
  return warning(
    `The container “${container}” can be listed, but ${looked} ${objects === 1 ? 'is' : 'are all'} of zero bytes.`,
    'An empty object cannot show whether reading works.',
    ['Upload a file that is not empty and run the checks again.'],
  );
}

const warning = (observed: string, why: string, steps: string[]): Finding => ({
  status: 'warning',
  observed,
  fix: { why, steps, snippets: [] },
});
