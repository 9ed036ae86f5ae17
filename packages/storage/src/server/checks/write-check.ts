import { ProviderError } from '../errors.ts';
import type { Advise, CheckContext, CheckDefinition, Writer } from '../provider.ts';
import { defineCheck, type Finding } from './define-check.ts';
import { quoteKey } from './words.ts';

const BODY = Buffer.from('Mooring wrote this to check that it may, and deletes it at once.\n');

/** Checks that a small object below the prefix for renditions can be written and deleted again. */
export const writeCheck = (writer: Writer, advise: Advise): CheckDefinition =>
  defineCheck(
    'write',
    ['list'],
    `A small object below “${writer.prefix}” can be written and deleted.`,
    advise,
    context => tryWriting(writer, context),
  );

async function tryWriting(writer: Writer, { container, now, signal }: CheckContext): Promise<Finding> {
  // Runs at the same time must not delete each other's.
  const key = `${writer.prefix}mooring-check-${now().getTime().toString(36)}-${process.pid}.txt`;
  await writer.put(container, key, BODY, { contentType: 'text/plain', signal });
  try {
    await writer.remove(container, key, signal);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { kind, fix, status, serviceCode, mayPassSoon } = error;
    throw new ProviderError(
      kind,
      `${quoteKey(key)} was written, but could not be deleted. ${error.message}`,
      {
        ...{ fix, status, serviceCode, mayPassSoon },
        cause: error,
      },
    );
  }
  return { observed: `Wrote ${quoteKey(key)} and deleted it.` };
}
