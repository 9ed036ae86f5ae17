import { MooringError } from '../../platform/problem.ts';
import { route } from '../route.ts';

export const cancelOperation = route({
  id: 'cancelOperation',
  handle: async ({ services: { operations }, caller: { workspaceId }, params: { operationId } }) => {
    const { kind } = await operations.get(workspaceId, operationId);
    if (kind === 'remove-connection' || kind === 'remove-source') throw removalGoesOn(kind);
    return operations.cancel(workspaceId, operationId);
  },
});

/** Cut short, it would leave what nobody can see or reach any more: the assets, and the sealed credential. */
const removalGoesOn = (kind: 'remove-connection' | 'remove-source'): MooringError =>
  new MooringError('conflict', REMOVALS[kind].detail, {
    fix: REMOVALS[kind].fix,
  });

const REMOVALS = {
  'remove-connection': {
    detail: 'The removal of a connection cannot be cancelled: it is unlinked already.',
    fix: 'Let the removal end. To use the storage again, connect it anew.',
  },
  'remove-source': {
    detail: 'The removal of a source cannot be cancelled: it is out of use already.',
    fix: 'Let the removal end. To sync the container again, make a source of it anew.',
  },
};
