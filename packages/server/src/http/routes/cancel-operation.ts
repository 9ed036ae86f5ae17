import { MooringError } from '../../platform/problem.ts';
import { route } from '../route.ts';

export const cancelOperation = route({
  id: 'cancelOperation',
  handle: async ({ services: { operations }, caller: { workspaceId }, params: { operationId } }) => {
    const { kind } = await operations.get(workspaceId, operationId);
    if (kind === 'remove-connection') throw removalGoesOn();
    return operations.cancel(workspaceId, operationId);
  },
});

/** Cut short, it would leave what nobody can see or reach any more: the assets, and the sealed credential. */
const removalGoesOn = (): MooringError =>
  new MooringError('conflict', 'The removal of a connection cannot be cancelled: it is unlinked already.', {
    fix: 'Let the removal end. To use the storage again, connect it anew.',
  });
