import { buffer } from 'node:stream/consumers';
import { type ErrorKind, ProviderError } from '../errors.ts';
import type { Advise, CheckContext, CheckDefinition, Reader, StorageObject } from '../provider.ts';
import { defineCheck, type Finding } from './define-check.ts';
import { count, quoteKey } from './words.ts';

/** What a check says that has no object to try itself on. */
export const NO_SAMPLE: Finding = {
  status: 'skipped',
  observed: 'There is no object to read, so this could not be tried.',
};
/** How many bytes of the sample the checks ask for. */
export const SAMPLE_BYTES = 100;

/** Checks that Mooring's server can read properties, and a part of an object without the rest of it. */
export function readChecks(reader: Reader, advise: Advise): CheckDefinition[] {
  return [
    defineCheck('head', ['list'], 'Size, type and ETag of an object.', advise, context =>
      trySamples(context, sample => readProperties(reader, sample, context)),
    ),
    defineCheck(
      'range',
      ['head'],
      `The first ${SAMPLE_BYTES} bytes of an object, and no more.`,
      advise,
      context => trySamples(context, sample => readStart(reader, sample, context)),
    ),
  ];
}

/** What can be wrong with one object while others can be read. */
const OF_ONE_OBJECT = new Set<ErrorKind>([
  'forbidden',
  'not-found',
  'archived',
  'invalid',
  'range',
  'unexpected',
]);

/**
 * Looks at the sample and, where it cannot be read, at others, of which the first that can takes its place: one object
 * does not speak for all. @throws ProviderError of the sample, where none can
 */
async function trySamples(
  context: CheckContext,
  look: (sample: StorageObject) => Promise<Finding>,
): Promise<Finding> {
  const { sample, others = [] } = context;
  if (!sample) return NO_SAMPLE;
  let first: ProviderError | null = null;
  for (const [index, each] of [sample, ...others].entries()) {
    try {
      const finding = await look(each);
      context.sample = each;
      context.others = others.slice(index);
      return first ? oneUnreadable(first, finding) : finding;
    } catch (error) {
      if (!(error instanceof ProviderError && OF_ONE_OBJECT.has(error.kind))) throw error;
      first ??= error;
    }
  }
  throw first;
}

const oneUnreadable = ({ message, fix }: ProviderError, { observed }: Finding): Finding => ({
  status: 'warning',
  observed: `${message} Another object can be read: ${observed}`,
  fix: { why: 'Objects like it stay unreadable. Mooring can use the others.', steps: [fix], snippets: [] },
});

async function readProperties(
  reader: Reader,
  sample: StorageObject,
  context: CheckContext,
): Promise<Finding> {
  const object = await reader.head(context.container, sample.key, context.signal);
  const facts = [count(object.sizeBytes, 'byte'), object.contentType, object.tier && `tier ${object.tier}`];
  return { observed: `${quoteKey(object.key)}: ${facts.filter(fact => fact !== null).join(', ')}.` };
}

async function readStart(reader: Reader, sample: StorageObject, context: CheckContext): Promise<Finding> {
  const { start, lengthBytes, totalBytes, body } = await reader.readRange(context.container, sample.key, {
    range: { start: 0, end: SAMPLE_BYTES - 1 },
    signal: context.signal,
  });
  const received = await buffer(body);
  if (received.length !== lengthBytes) {
    throw new ProviderError(
      'unexpected',
      `${count(received.length, 'byte')} came, but the answer announced ${lengthBytes}.`,
      {
        fix: 'Try again. If this continues, look for a proxy between Mooring and the storage.',
      },
    );
  }
  return { observed: `Bytes ${start}–${start + lengthBytes - 1} of ${totalBytes.toLocaleString('en')}.` };
}
