import type { Catalogue } from '../catalogue/catalogue.ts';
import { MooringError } from '../platform/problem.ts';
import type { OperationRun } from './handler.ts';
import { Cancelled } from './interruption.ts';

/**
 * Does the work of an operation about a source. An error that comes from a source or connection which was removed
 * meanwhile is no failure.
 * @throws Cancelled where it was removed; else what the work throws
 */
export async function whileSourceExists(
  catalogue: Pick<Catalogue, 'getSource'>,
  { workspaceId, operationId, subject }: Pick<OperationRun, 'workspaceId' | 'operationId' | 'subject'>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const exists = await catalogue.getSource(workspaceId, subject.id).catch(reason => {
      if (reason instanceof MooringError && reason.code === 'not_found') return null;
      throw reason;
    });
    throw exists ? error : new Cancelled(operationId);
  }
}
