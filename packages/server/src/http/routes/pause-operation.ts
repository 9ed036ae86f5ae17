import { MooringError } from '../../platform/problem.ts';
import { route } from '../route.ts';

export const pauseOperation = route({
  id: 'pauseOperation',
  handle: async ({ services: { operations }, caller: { workspaceId }, params: { operationId } }) => {
    const { kind } = await operations.get(workspaceId, operationId);
    if (kind === 'remove-connection' || kind === 'remove-source') throw removalGoesOn();
    return operations.pause(workspaceId, operationId);
  },
});

const removalGoesOn = (): MooringError =>
  new MooringError('conflict', 'A removal cannot be paused: what it removes is out of use already.', {
    fix: 'Let the removal end.',
  });
