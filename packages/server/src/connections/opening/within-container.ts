import type { CheckContext, CheckDefinition, CheckOutcome, Provider } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';

/**
 * A provider that reaches one container only. A mark speaks for its own container: a person who can write to
 * one, such as one for uploads, cannot speak for the others of the account.
 */
export function withinContainer(provider: Provider, only: string): Provider {
  const { reader, signer, writer, ownerMarks } = provider;
  /** The same function, but for other containers. */
  const within =
    <A extends [container: string, ...unknown[]], R>(act: (...parts: A) => Promise<R>) =>
    async (...parts: A): Promise<R> => {
      if (parts[0] !== only) throw outside(parts[0], only).error;
      return act(...parts);
    };
  // Checks hold on to what they were made from.
  const checkWithin = (check: CheckDefinition): CheckDefinition => ({
    ...check,
    run: async (context: CheckContext): Promise<CheckOutcome> =>
      context.container === only ? check.run(context) : outsideOutcome(context.container, only),
  });
  return {
    ...provider,
    checks: provider.checks.map(checkWithin),
    list: within(provider.list),
    reader: reader && { head: within(reader.head), readRange: within(reader.readRange) },
    signer: signer && { sign: within(signer.sign) },
    writer: writer && { ...writer, put: within(writer.put), remove: within(writer.remove) },
    ownerMarks: ownerMarks.map(mark => ({ ...mark, names: within(mark.names) })),
  };
}

function outside(container: string, only: string) {
  const why = `The owner’s mark is in the container ${only}; nothing says that this workspace is wanted in ${container}.`;
  const fix = `Make a connection to the container ${container}, with its own mark, or ask an administrator of the owner to sign in.`;
  const remedy = { why, steps: [fix], snippets: [] };
  return { remedy, error: new ProviderError('forbidden', why, { fix, remedy }) };
}

function outsideOutcome(container: string, only: string): CheckOutcome {
  const { remedy } = outside(container, only);
  return {
    status: 'failed',
    observed: remedy.why,
    expected: `An object in the container ${only}.`,
    fix: remedy,
  };
}
