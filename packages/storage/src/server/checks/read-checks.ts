import { buffer } from 'node:stream/consumers';
import { ProviderError } from '../errors.ts';
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
    defineCheck('head', ['list'], 'Size, type and ETag of an object.', advise, async context =>
      context.sample ? readProperties(reader, context.sample, context) : NO_SAMPLE,
    ),
    defineCheck(
      'range',
      ['head'],
      `The first ${SAMPLE_BYTES} bytes of an object, and no more.`,
      advise,
      async context => (context.sample ? readStart(reader, context.sample, context) : NO_SAMPLE),
    ),
  ];
}

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
