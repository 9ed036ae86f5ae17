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

async function tryWriting(writer: Writer, { container, signal }: CheckContext): Promise<Finding> {
  // Always the same one: where it cannot be deleted, only one is ever left.
  const key = `${writer.prefix}mooring-check.txt`;
  try {
    await writer.put(container, key, BODY, { contentType: 'text/plain', signal });
  } catch (error) {
    if (error instanceof ProviderError && isKept(error))
      return kept(`${quoteKey(key)} was written by an earlier check.`, error);
    throw error;
  }
  try {
    await writer.remove(container, key, signal);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (isKept(error)) return kept(`Wrote ${quoteKey(key)}.`, error);
    const { kind, fix, status, serviceCode, mayPassSoon } = error;
    // Another check that runs at the same time has deleted it.
    if (kind === 'not-found') return { observed: `Wrote ${quoteKey(key)}, and it is deleted.` };
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

const isKept = ({ kind }: ProviderError): boolean => kind === 'immutable';

const kept = (wrote: string, { message, fix }: ProviderError): Finding => ({
  status: 'warning',
  observed: `${wrote} ${message}`,
  fix: {
    why: 'What Mooring writes there stays, also when nothing needs it any more.',
    steps: [fix],
    snippets: [],
  },
});
